"""Which files are counted: decided once for each co_filename.

Invariant: exclude wins over include; the standard library and site-packages are left out unless an include names
them or a place within them. Files are compared by real path, so that a link to the workspace is the workspace.
"""
import os
import re
import sys


def _pattern(text):
    """A folder, a file, or a glob (`*` stays within a folder, `**` crosses) as a compiled expression on paths."""
    text = os.path.abspath(text)
    if not any(c in text for c in "*?["):
        return re.compile(re.escape(os.path.realpath(text)).rstrip("/") + r"(?:[/\\].*)?\Z", re.S)
    out, i = [], 0
    while i < len(text):
        if text.startswith("**", i):
            out.append(".*")
            i += 2
            if text.startswith("/", i):
                out.append("(?:(?<=/)|/)")
                i += 1
        elif text[i] == "*":
            out.append(r"[^/\\]*")
            i += 1
        elif text[i] == "?":
            out.append(r"[^/\\]")
            i += 1
        else:
            out.append(re.escape(text[i]))
            i += 1
    return re.compile("".join(out) + r"(?:[/\\].*)?\Z", re.S)


def _library_folders():
    """Folders of the standard library and of installed packages, as real paths."""
    folders = {os.path.dirname(os.path.realpath(os.__file__))}
    version = "python%d.%d" % sys.version_info[:2]
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix}:
        folders.add(os.path.realpath(os.path.join(prefix, "lib", version)))
        folders.add(os.path.realpath(os.path.join(prefix, "lib", "python3", "dist-packages")))
    return tuple(os.path.join(f, "") for f in folders)


class Wanted:
    """Answers, for a `co_filename`, the absolute path to report, or None if the file is not counted."""

    def __init__(self, include, exclude, own):
        self._include = [_pattern(p) for p in include]
        self._exclude = [_pattern(p) for p in exclude]
        self._library = _library_folders()
        #: The library folders within which an include was asked for explicitly.
        self._asked = tuple(
            p for p in (os.path.realpath(i.split("*")[0]) for i in include)
            if self._in_library(os.path.join(p, ""))
        )
        self._own = os.path.join(os.path.realpath(own), "")
        self._cwd = os.getcwd()
        self._answers = {}

    def _in_library(self, path):
        return path.startswith(self._library) or "/site-packages/" in path or "/dist-packages/" in path

    def path(self, filename):
        try:
            return self._answers[filename]
        except KeyError:
            answer = self._answers[filename] = self._decide(filename)
            return answer

    def _decide(self, filename):
        if not filename or filename[0] == "<":
            return None
        path = os.path.normpath(os.path.join(self._cwd, filename))
        real = os.path.realpath(path)
        if real.startswith(self._own):
            return None
        if not any(p.match(real) or p.match(path) for p in self._include):
            return None
        if any(p.match(real) or p.match(path) for p in self._exclude):
            return None
        if self._in_library(real) and not real.startswith(self._asked or ("\0",)):
            return None
        return path
