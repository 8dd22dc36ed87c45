"""Named facts about interpreters, each with its evidence. No other file of the agent asks for a version."""
import sys

_version = sys.version_info

#: sys.monitoring exists and reports every event that the agent counts (PEP 669, CPython 3.12).
HAS_MONITORING = hasattr(sys, "monitoring")

#: `counts[line] += 1` can lose updates between threads: up to 3.9 the interpreter may switch threads between any two
#: instructions; since 3.10 only at back edges and calls (bpo-29988, the eval breaker moved in ceval.c).
LOSES_UPDATES = _version < (3, 10)

#: The agent runs on it at all: 3.8 has co_positions' forerunners, `co_name` events and posix spawn as we use them.
SUPPORTED = _version >= (3, 8)

#: A build without the GIL: `+=` on a shared list is not atomic there (PEP 703).
FREE_THREADED = not getattr(sys, "_is_gil_enabled", lambda: True)()

#: code objects know their qualified name (3.11, bpo-44530).
HAS_QUALNAME = _version >= (3, 11)
