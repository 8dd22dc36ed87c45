"""Asks the real D compiler about many scripts at once: one program text as JSON a line in, one verdict a line out.

Runs inside a system that has DTrace 2.0 (`libdtrace.so.2`), as root:

    python3 dtrace_oracle.py [--syslibdir FOLDER] [--flags HEX] < texts.ndjson

Each line of the input is a JSON string (the program) or a list `[name, program, argument…]`. Each line of the answer
is `[name, null]` if the compiler accepts the program, else `[name, "[D_TAG] message"]`. Every program is compiled in
a fork of the one library handle, so that none sees another's variables, and 1,000 programs take seconds, not hours.
"""

import argparse
import ctypes
import json
import os
import sys

EMPTY, ZDEFS, ERRTAGS, CPP, DEFARG = 0x2, 0x4, 0x100, 0x10, 0x800
BY_NAME = 3  # DTRACE_PROBESPEC_NAME


def open_library(syslibdir):
    library = ctypes.CDLL("libdtrace.so.2")
    library.dtrace_open.restype = ctypes.c_void_p
    library.dtrace_program_strcompile.restype = ctypes.c_void_p
    library.dtrace_errmsg.restype = ctypes.c_char_p
    error = ctypes.c_int()
    handle = ctypes.c_void_p(library.dtrace_open(3, 0, ctypes.byref(error)))
    if not handle:
        sys.exit(f"libdtrace can't be opened: {library.dtrace_errmsg(None, error.value).decode()}")
    if syslibdir:
        library.dtrace_setopt(handle, b"syslibdir", syslibdir.encode())
    library.dtrace_init(handle)
    return library, handle


def verdict(library, handle, text, flags, arguments):
    words = [b"oracle", *(argument.encode() for argument in arguments)]
    argv = (ctypes.c_char_p * (len(words) + 1))(*words, None)
    program = library.dtrace_program_strcompile(
        handle, text.encode(), BY_NAME, flags, len(words), argv
    )
    if program:
        return None
    return library.dtrace_errmsg(handle, library.dtrace_errno(handle)).decode()


def in_a_fork(work):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as out:
            out.write(json.dumps(work()))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else "the compiler crashed"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--syslibdir")
    parser.add_argument("--flags", type=lambda word: int(word, 16), default=EMPTY | ZDEFS | ERRTAGS)
    options = parser.parse_args()
    library, handle = open_library(options.syslibdir)
    verdict(library, handle, "BEGIN { exit(0); }", options.flags, [])  # loads the D libraries once, before any fork
    for line in sys.stdin:
        item = json.loads(line)
        name, text, *arguments = item if isinstance(item, list) else (item, item)
        result = in_a_fork(lambda: verdict(library, handle, text, options.flags, arguments))
        print(json.dumps([name, result]), flush=True)


if __name__ == "__main__":
    main()
