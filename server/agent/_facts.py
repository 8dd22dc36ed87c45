"""Named facts about interpreters, each with its evidence. No other file of the agent asks for a version."""
import sys

_version = sys.version_info

#: sys.monitoring exists and reports every event that the agent counts (PEP 669, CPython 3.12).
HAS_MONITORING = hasattr(sys, "monitoring")

#: `counts[line] += 1` can lose updates between threads: measured up to 3.9 (up to 15 % under four threads), none
#: from 3.10 on unless a call sits between the read and the write.
LOSES_UPDATES = _version < (3, 10)
