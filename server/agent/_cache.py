"""Keeps what rewriting a module took, for the next run: rewriting the standard library costs more than importing it.

A file is named by what it was made from (the module's code object, the interpreter, this agent, what is counted), so
nothing in it can be out of date. It is read only if it is this user's own, since `marshal` trusts what it reads.
"""
import marshal
import os
import sys
from _imp import source_hash

_FILES = 2000
_FOLDER = os.path.dirname(os.path.abspath(__file__))
_MAKERS = ("_bytecode.py", "_encode.py", "_facts.py", "_flow.py", "_injected.py", "_plan.py")


def _place():
    """The folder of the cache, or None where there is no home."""
    base = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME")
    if not base:
        home = os.path.expanduser("~")
        base = os.path.join(home, ".cache") if os.path.isabs(home) else None
    return base and os.path.join(base, "cpython-probes", "injected")


class Cache:
    """Every failure is a miss: a cache may not be noticed."""

    def __init__(self, asked):
        try:
            self._place = _place()
            makers = [os.stat(os.path.join(_FOLDER, name)) for name in _MAKERS]
            self._made_by = repr((sys.version, asked, [(s.st_mtime_ns, s.st_size) for s in makers])).encode()
        except Exception:
            self._place = None

    def _path(self, code):
        # Version 2 of the format has no references, which would depend on how the code object came about.
        text = self._made_by + marshal.dumps(code, 2)
        return os.path.join(self._place, "".join(source_hash(key, text).hex() for key in (1, 2)))

    def get(self, code):
        """What was put for an equal code object, or None."""
        try:
            if self._place is None:
                return None
            with open(self._path(code), "rb") as stream:
                if hasattr(os, "getuid") and os.fstat(stream.fileno()).st_uid != os.getuid():
                    return None
                return marshal.loads(stream.read())
        except Exception:
            return None

    def put(self, code, value):
        if self._place is None:
            return
        try:
            os.makedirs(self._place, 0o700, exist_ok=True)
            path = self._path(code)
            making = "%s.%d" % (path, os.getpid())
            with open(os.open(making, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
                stream.write(marshal.dumps(value))
            os.replace(making, path)
            self._prune()
        except Exception:
            pass

    def _prune(self):
        names = os.listdir(self._place)
        if len(names) > _FILES:
            paths = sorted((os.path.join(self._place, name) for name in names), key=os.path.getmtime)
            for path in paths[: len(paths) // 2]:
                os.unlink(path)
