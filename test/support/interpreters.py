"""Finds the interpreters of this machine, for the tests: every CPython from 3.8, each version once."""
import glob
import os
import subprocess

_ASK = (
    "import sys;print('%d.%d.%d' % sys.version_info[:3], sys.implementation.name,"
    " sys.executable if sys.version_info >= (3, 8) else 'old')"
)


def find():
    """Returns ([(version, path)…], [reason why a found one was skipped…]), oldest first."""
    places = os.environ.get("CPYTHON_PROBES_PYTHONS", "").split(os.pathsep)
    places += sorted(glob.glob("/usr/bin/python3.*")) + sorted(glob.glob("/usr/local/bin/python3.*"))
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    places += sorted(glob.glob(os.path.join(root, "versions", "*", "bin", "python")))
    # The Debian sid that scripts/setup/sid.mjs makes.
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    places += sorted(glob.glob(os.path.join(cache, "cpython-probes", "sid", "usr", "bin", "host-python3.*")))
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if "shims" not in folder:
            places += sorted(glob.glob(os.path.join(folder, "python3*")))
    found, skipped = {}, []
    for place in places:
        if not place or "config" in place or not os.access(place, os.X_OK):
            continue
        try:
            answer = subprocess.run([place, "-I", "-c", _ASK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20)
            version, implementation, _ = answer.stdout.decode().split()
        except (OSError, ValueError, subprocess.TimeoutExpired):
            continue
        key = tuple(int(n) for n in version.split("."))
        if implementation != "cpython" or key < (3, 8):
            reason = "%s %s (%s): older than 3.8 or not CPython" % (implementation, version, place)
            if reason not in skipped:
                skipped.append(reason)
        else:
            found.setdefault(key, place)
    return [("%d.%d.%d" % key, found[key]) for key in sorted(found)], skipped
