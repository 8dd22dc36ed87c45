"""Which files are counted: decided once for each co_filename.

Invariant: exclude wins over include; the standard library and site-packages are left out unless an include names
them or a place within them. Files are compared by real path, so that a link to the workspace is the workspace.
Written without `re`, which the program would find in sys.modules.
"""
import os
import sys


def _slashed(path):
    return os.path.normcase(path).replace("\\", "/") if os.sep == "\\" else path


def _class(pattern, i):
    """The characters of the class at pattern[i] == "[" as (test, index behind it), or None if it is never closed."""
    begin = i + 1
    negated = pattern[begin:begin + 1] in ("!", "^")
    begin += negated
    end = pattern.find("]", begin + 1)  # "]" first in a class is a member
    if end < 0:
        return None
    members = pattern[begin:end]

    def test(c):
        k, found = 0, False
        while k < len(members):
            if members[k + 1:k + 2] == "-" and k + 2 < len(members):
                found = found or members[k] <= c <= members[k + 2]
                k += 3
            else:
                found = found or c == members[k]
                k += 1
        return found is not negated and c != "/"

    return test, end + 1


def _spellings(pattern):
    """`**/` may stand for no folder at all: the glob with and without each of them."""
    at = pattern.find("/**/")
    if at < 0:
        return [pattern]
    return [pattern[:at] + way + rest for rest in _spellings(pattern[at + 3:]) for way in ("", "/**")]


def _compile(pattern):
    """The glob as a list of tests on one character; "*" (within a folder) and "**" (across) stay strings."""
    parts, i = [], 0
    while i < len(pattern):
        c = pattern[i]
        closed = _class(pattern, i) if c == "[" else None
        if closed:
            parts.append(closed[0])
            i = closed[1]
        elif pattern.startswith("**", i):
            parts.append("**")
            i += 2
        else:
            parts.append(c if c == "*" else (lambda x: x != "/") if c == "?" else c.__eq__)
            i += 1
    return parts


def _open(parts, places):
    """These places in the glob, and those behind stars, which may match nothing."""
    out = set()
    for p in places:
        out.add(p)
        while p < len(parts) and isinstance(parts[p], str):
            p += 1
            out.add(p)
    return out


def _matches(parts, path):
    """Whether the path matches as a whole, or a folder above it does. Follows all places in the glob at once."""
    places = _open(parts, [0])
    for c in path:
        if c == "/" and len(parts) in places:
            return True
        following = set()
        for p in places:
            part = parts[p] if p < len(parts) else None
            if isinstance(part, str):
                if part == "**" or c != "/":
                    following.add(p)
            elif part is not None and part(c):
                following.add(p + 1)
        places = _open(parts, following)
    return len(parts) in places


class _Pattern:
    """A folder, a file, or a glob. A path that exists is meant literally, whatever characters are in it."""

    def __init__(self, text, in_library):
        text = os.path.abspath(text)
        glob = any(c in text for c in "*?[") and not os.path.exists(text)
        fixed = text
        if glob:
            fixed = os.path.dirname(text[:min(i for i in map(text.find, "*?[") if i >= 0)])
            self._ways = [_compile(each) for each in _spellings(_slashed(text))]
        else:
            self._ways = [[c.__eq__ for c in _slashed(os.path.realpath(text)).rstrip("/")]]
        #: Names the library or a place within it, so that it may take files from there.
        self.asks_library = in_library(_slashed(os.path.join(os.path.realpath(fixed), ""))) or (
            glob and in_library(_slashed(text)))

    def matches(self, *paths):
        return any(_matches(parts, _slashed(path)) for path in paths for parts in self._ways)


def _library_folders():
    """Folders of the standard library and of installed packages, as real paths."""
    folders = {os.path.dirname(os.path.realpath(os.__file__))}
    version = "python%d.%d" % sys.version_info[:2]
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix}:
        folders.add(os.path.realpath(os.path.join(prefix, "lib", version)))
        folders.add(os.path.realpath(os.path.join(prefix, "lib", "python3", "dist-packages")))
    return tuple(_slashed(os.path.join(f, "")) for f in folders)


class Wanted:
    """Answers, for a `co_filename`, the absolute path to report, or None if the file is not counted."""

    def __init__(self, include, exclude, own):
        self._library = _library_folders()
        self._include = [_Pattern(p, self._in_library) for p in include]
        self._exclude = [_Pattern(p, self._in_library) for p in exclude]
        self._own = os.path.join(os.path.realpath(own), "")
        self._cwd = os.getcwd()
        self._answers = {}

    def _in_library(self, path):
        return path.startswith(self._library) or "/site-packages/" in path or "/dist-packages/" in path

    def path(self, filename):
        try:
            return self._answers[filename]
        except KeyError:
            pass
        try:
            answer = self._decide(filename)
        except Exception:  # when Python ends, the module `os` is empty: a file first seen then is none of the program's
            answer = None
        self._answers[filename] = answer
        return answer

    def _decide(self, filename):
        if not filename or filename[0] == "<":
            return None
        path = os.path.normpath(os.path.join(self._cwd, filename))
        real = os.path.realpath(path)
        if real.startswith(self._own):
            return None
        library = self._in_library(_slashed(real))
        if not any(p.matches(real, path) for p in self._include if p.asks_library or not library):
            return None
        if any(p.matches(real, path) for p in self._exclude):
            return None
        return path
