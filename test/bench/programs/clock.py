"""The programs' stopwatch: seconds from this import to stop(), without the interpreter's start and end.

A tool's report at the end, or the agent's last message, would otherwise be measured as slow-down of the program.
"""
import os
import sys
import time

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
_begin = time.perf_counter()


def times(n):
    """How many rounds, at the asked scale, of what takes n rounds at 1."""
    return max(1, int(n * scale))


def stop():
    """Writes the seconds to the file that BENCH_SECONDS names."""
    seconds = time.perf_counter() - _begin
    with open(os.environ["BENCH_SECONDS"], "w") as stream:
        stream.write(repr(seconds))
