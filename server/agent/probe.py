"""Prints what this interpreter can do, as one line of JSON. Runs on every Python from 2.7, and never fails."""
import json
import sys


def _facts():
    version = sys.version_info
    supported = version[:2] >= (3, 8) and sys.implementation.name == "cpython"
    try:
        import sysconfig

        dtrace = bool(sysconfig.get_config_var("WITH_DTRACE"))
    except Exception:
        dtrace = False
    free = not getattr(sys, "_is_gil_enabled", lambda: True)()
    reason = None
    if version[:2] < (3, 8):
        reason = "Python %d.%d is too old: tracing needs CPython 3.8 or later." % version[:2]
    elif not supported:
        reason = "%s can't be traced: tracing needs CPython 3.8 or later." % sys.implementation.name
    engines = []
    if supported:
        engines = ["monitoring"] if hasattr(sys, "monitoring") else ["settrace"]
        if (3, 12) <= version[:2] <= (3, 15) and not free:  # as in _facts.py, which older Pythons can't read
            engines.insert(0, "injection")
    return {"version": "%d.%d.%d" % version[:3], "executable": sys.executable, "engines": engines, "launch": False,
            "freeThreaded": free, "dtrace": dtrace, "supported": supported, "reason": reason}


if __name__ == "__main__":
    if not hasattr(sys, "implementation"):
        sys.implementation = type("implementation", (), {"name": "cpython"})
    print(json.dumps(_facts()))
