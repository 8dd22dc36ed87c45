"""The counters of this process: they only grow, and what is sent are differences to what was sent before.

Lines are counted in one list a file, indexed by line number; functions in one list [entries, returns, own ns,
total ns] for each (file, name, first line). Code objects that share a key share the list.
"""
from _cpython_probes_facts import lines_of

_CODE = type((lambda: None).__code__)


def code_tree(code):
    """The code object and all that are nested in it."""
    yield code
    for const in code.co_consts:
        if isinstance(const, _CODE):
            yield from code_tree(const)


class File:
    def __init__(self, id, path):
        self.id = id
        self.path = path
        #: Index 0 is for the code of an empty file, which from 3.11 on has line 0: no line, and not sent.
        self.hits = [0, 0]
        self.sent = []
        self.announced = False
        self.known = set()
        self.unsent = set()

    def learn(self, code):
        """Takes in the lines of a code object and of those nested in it; counters exist for them afterwards."""
        lines = set()
        for each in code_tree(code):
            lines |= lines_of(each)
        lines -= self.known
        if lines:
            self.known |= lines
            self.unsent |= lines
            grow = max(lines) + 2 - len(self.hits)
            if grow > 0:
                self.hits.extend([0] * grow)


class Function:
    __slots__ = ("id", "file", "name", "qualname", "line", "counts", "sent", "announced")

    def __init__(self, id, file, code):
        self.id = id
        self.file = file
        self.name = code.co_name
        self.qualname = getattr(code, "co_qualname", code.co_name)
        self.line = code.co_firstlineno
        self.counts = [0, 0, 0, 0]
        self.sent = [0, 0, 0, 0]
        self.announced = False


class Counts:
    def __init__(self, wanted, functions):
        self._wanted = wanted
        self._send_functions = functions
        self.files = {}
        self.functions = {}

    def is_wanted(self, code):
        return self._wanted.path(code.co_filename) is not None

    def file(self, code):
        """The File of a code object that is wanted, else None."""
        path = self._wanted.path(code.co_filename)
        if path is None:
            return None
        file = self.files.get(path)
        if file is None:
            file = self.files[path] = File(len(self.files), path)
        file.learn(code)
        return file

    def function(self, file, code):
        key = (file.id, code.co_name, code.co_firstlineno)
        function = self.functions.get(key)
        if function is None:
            function = self.functions[key] = Function(len(self.functions), file, code)
        return function

    def forget(self):
        """After fork: the child's counts start from nothing; counters stay the same objects."""
        for file in self.files.values():
            file.hits[:] = [0] * len(file.hits)
            file.sent = []
        for function in self.functions.values():
            function.counts[:] = [0, 0, 0, 0]
            function.sent = [0, 0, 0, 0]
        self._announce_again()

    def _announce_again(self):
        for file in self.files.values():
            file.announced, file.unsent = False, set(file.known)
        for function in self.functions.values():
            function.announced = False

    def messages(self, again=False):
        """The wire's messages for what changed since the last call (see PROTOCOL.md); `again` to a new connection."""
        if again:
            self._announce_again()
        out = []
        lines, calls, time = [], [], []
        functions = list(self.functions.values())  # before the files: every function's file is announced below
        for file in list(self.files.values()):
            if file.unsent or not file.announced:
                file.announced = True
                fresh, file.unsent = file.unsent, set()
                out.append({"t": "file", "id": file.id, "path": file.path, "lines": sorted(fresh)})
            now = list(file.hits)
            if now != file.sent:
                before = file.sent + [0] * (len(now) - len(file.sent))
                pairs = []
                for line, (new, old) in enumerate(zip(now, before)):
                    if new != old and line:
                        pairs += (line, new - old)
                file.sent = now
                if pairs:
                    lines += (file.id, pairs)
        for function in functions if self._send_functions else ():
            now = list(function.counts)
            if not function.announced:
                out.append({"t": "code", "id": function.id, "file": function.file.id, "name": function.name,
                            "qualname": function.qualname, "line": function.line})
                function.announced = True
            if now != function.sent:
                entries, returns, own, total = (a - b for a, b in zip(now, function.sent))
                function.sent = now
                if entries or returns:
                    calls += (function.id, entries, returns)
                if own or total:
                    time += (function.id, own, total)
        if lines or calls or time:
            hits = {"t": "hits", "lines": lines, "calls": calls}
            if time:
                hits["time"] = time
            out.append(hits)
        return out
