"""From probes to clauses: for each code object and marker, one function that runs every clause which can match.

A clause is asked once for each code object (`make(point)`); it answers None when its filter can never hold there, so
that code which nobody watches costs nothing afterwards.
"""
from .point import Point

#: Markers that are bound to a Python function, and whose third argument is a line.
FUNCTION_MARKERS = ("function__entry", "function__return", "line")


def _bound(clause, point):
    """What a clause runs at a point, or None."""
    point.clause = clause.id
    return clause.make(point)


class Clause:
    """`make(point)` gives run(arguments, firing) or None. `direct`: arguments is the line alone."""

    __slots__ = ("id", "make", "points", "direct")

    def __init__(self, id, make, points, direct=False):
        self.id = id
        self.make = make
        #: [(kind, what, (provider, module, function, name), number)], `what` a marker's name or nanoseconds.
        self.points = points
        self.direct = direct


class Binding:
    """The clauses of one program by marker, and how a firing is made of several."""

    def __init__(self, clauses, runtime, hits):
        self._runtime = runtime
        self._hits = hits
        self.by_marker = {}
        for clause in clauses:
            for kind, what, names, number in clause.points:
                if kind == "marker":
                    entries = self.by_marker.setdefault(what, [])
                    if all(each[0] is not clause for each in entries):
                        entries.append((clause, names, number))

    def wants(self, marker):
        return marker in self.by_marker

    def function(self, marker, code):
        """handler(line) for a code object at a function marker, or None if no clause can match."""
        file = code.co_filename.encode("utf-8", "surrogateescape")
        name = code.co_name.encode("utf-8", "surrogateescape")
        hits = self._hits(code)
        runs, direct = [], True
        for clause, names, number in self.by_marker.get(marker, ()):
            run = _bound(clause, Point(*names, number=number, file=file, function_name=name, hits=hits))
            if run is not None:
                runs.append((run, clause.direct))
        if not runs:
            return None
        begin, end = self._runtime.begin_firing, self._runtime.end_firing
        if len(runs) == 1 and runs[0][1] and begin is None:
            return runs[0][0]
        text = self._runtime.text_address

        def handler(line):
            firing = begin() if begin is not None else None
            arguments = None
            for run, direct in runs:
                if direct:
                    run(line, firing)
                else:
                    if arguments is None:
                        arguments = (text(file), text(name), line, 0, 0, 0, 0, 0, 0, 0)
                    run(arguments, firing)
            if end is not None:
                end()

        return handler

    def plain(self, marker):
        """handler(arguments) for a marker without a code object (gc, import, audit), or None."""
        runs = []
        for clause, names, number in self.by_marker.get(marker, ()):
            run = _bound(clause, Point(*names, number=number))
            if run is not None:
                runs.append(run)
        return self._together(runs) if runs else None

    def points(self, kind):
        """[(what, handler)] for BEGIN, END and timers; one handler for all clauses of the same probe."""
        groups = {}
        for clause in self._every():
            for point_kind, what, names, number in clause.points:
                if point_kind == kind:
                    run = _bound(clause, Point(*names, number=number))
                    if run is not None:
                        groups.setdefault((what, names), []).append(run)
        return [(what, self._together(runs)) for (what, _), runs in groups.items()]

    def _every(self):
        return self._runtime.clauses

    def _together(self, runs):
        begin, end = self._runtime.begin_firing, self._runtime.end_firing

        def handler(arguments):
            firing = begin() if begin is not None else None
            for run in runs:
                run(arguments, firing)
            if end is not None:
                end()

        return handler
