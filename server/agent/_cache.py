"""Keeps what rewriting a module took, for the next run: rewriting the standard library costs more than importing it.

A file is named by what it was made from (a module's bytecode, the interpreter, this agent, what is counted), so
nothing in it can be out of date. It is read only if it is this user's own, since `marshal` trusts what it reads.
"""
import marshal
import os
import sys
from _imp import source_hash

#: Some 90 kB each.
_FILES = 500
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

    def _path(self, codes):
        # Not `marshal.dumps(code)`: it is not the same in every run, because of sets among the constants.
        parts = [self._made_by]
        for code in codes:
            sizes = len(code.co_code), len(code.co_linetable), len(code.co_consts), code.co_stacksize, code.co_firstlineno
            parts += repr(sizes).encode(), code.co_code, code.co_linetable, code.co_exceptiontable
        text = b"".join(parts)
        return os.path.join(self._place, "".join([source_hash(key, text).hex() for key in (1, 2)]))

    def get(self, codes):
        """What was put for such code objects, or None."""
        try:
            if self._place is None:
                return None
            with open(self._path(codes), "rb") as stream:
                if hasattr(os, "getuid") and os.fstat(stream.fileno()).st_uid != os.getuid():
                    return None
                return marshal.loads(stream.read())
        except Exception:
            return None

    def put(self, codes, value):
        if self._place is None:
            return
        try:
            os.makedirs(self._place, 0o700, exist_ok=True)
            path = self._path(codes)
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
