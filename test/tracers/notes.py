"""Reads the SystemTap notes of an ELF file: which `python` markers an interpreter really has.

The notes are the only truth about it (`sysconfig`'s WITH_DTRACE says how it was built, not what fires), and readelf
need not be installed.
"""
import struct
import subprocess

_ASK = "import os, sys, sysconfig as s; v = s.get_config_var; print(os.path.realpath(sys.executable)); print(os.path.join(v('LIBDIR') or '', v('INSTSONAME') or '') if v('Py_ENABLE_SHARED') else '')"


def markers(path):
    """Names of the provider `python`'s markers in a 64-bit little-endian ELF file; an empty set for any other file."""
    with open(path, "rb") as stream:
        data = stream.read()
    if data[:6] != b"\x7fELF\x02\x01":
        return set()
    (table,) = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    found = set()
    for i in range(count):
        kind, _, _, offset, length = struct.unpack_from("<IQQQQ", data, table + i * size + 4)
        if kind == 7:  # SHT_NOTE
            found |= _notes(data[offset:offset + length])
    return found


def _notes(data):
    found, at = set(), 0
    while at + 12 <= len(data):
        name_size, size, kind = struct.unpack_from("<III", data, at)
        body = at + 12 + (name_size + 3 & ~3)
        if data[at + 12:at + 12 + name_size] == b"stapsdt\0" and kind == 3:
            provider, name = data[body + 24:body + size].split(b"\0")[:2]  # after pc, base and semaphore
            if provider == b"python":
                found.add(name.decode())
        at = body + (size + 3 & ~3)
    return found


def binary(python):
    """The file of an interpreter that holds its markers (the executable or its libpython), and their names."""
    answer = subprocess.run([python, "-I", "-c", _ASK], stdout=subprocess.PIPE, timeout=20, check=True)
    executable, library = (answer.stdout.decode().splitlines() + [""])[:2]
    for path in (executable, library):
        try:
            found = markers(path) if path else set()
        except OSError:
            continue
        if found:
            return path, found
    return executable, set()
