"""Counting by counters injected into code objects, CPython 3.12 to 3.15; what can't have them is monitored instead.

A counter is an iterator among the constants that an empty loop steps once: no callback, no Python frame. Calls and
lines follow from few of them (_plan.py), corrected by the exceptions that leave a node early, which sys.monitoring
reports, and by the frames that are still inside when the counters are read. Returns are the calls less those frames.
"""
import sys
from _operator import length_hint

from _cpython_probes_bytecode import Counter, Unsupported, decode
from _cpython_probes_encode import encode
from _cpython_probes_flow import Graph
from _cpython_probes_injected import CALLS, RETURNS, THROWN, Injected
from _cpython_probes_plan import plan

_CODE = type((lambda: 0).__code__)


class Injection:
    name = "injection"

    def __init__(self, counts, lines, functions, monitoring, hooks):
        self._counts, self._lines, self._functions = counts, lines, functions
        self._monitoring, self._hooks = monitoring, hooks
        self._known = {}  # id(code) -> Injected
        self._copies = []  # code objects that others made from ours
        self._live = []  # those that have run
        self._counters = []  # theirs
        self._events = {}  # (Injected, key) -> how often
        self._parting = {}
        self._stopped = False

    def start(self):
        monitoring = self._monitoring
        monitoring.claims, monitoring.on_throw = self._claims, self._on_throw
        if self._lines:
            monitoring.on_raise, monitoring.on_reraise = self._on_raise, self._on_reraise
        problem = monitoring.start()
        if not problem:
            try:
                self._hooks.install(self.inject, self._counts.is_wanted)
            except Exception:  # then everything is monitored
                self._hooks.remove()
        return problem

    def stop(self):
        if not self._stopped:
            self.fold()
            self._stopped = True
            self._hooks.remove()
            self._monitoring.stop()

    def lost(self):
        """The program ends: threads that go on may be cut off unseen, so where they are now counts."""
        self._parting = self._frames()
        return None

    def inject(self, code):
        """The same code object with counters, or the object itself if it is not wanted or can't have them."""
        try:
            if type(code) is _CODE and self._counts.is_wanted(code):
                return self._inject(code, self._counts.file(code))
        except Exception:  # never into the program
            pass
        return code

    def _inject(self, code, file):
        consts = tuple([self._inject(c, file) if type(c) is _CODE else c for c in code.co_consts])
        try:
            body = decode(code)
            graph = Graph(body)
            inserts = plan(graph, self._lines, self._functions)
            new, counters, begins = encode(body, inserts, consts)
        except (Unsupported, KeyError, IndexError, ValueError, OverflowError):
            same = all([a is b for a, b in zip(consts, code.co_consts)])
            return code if same else code.replace(co_consts=consts)
        edges = []
        for edge in graph.edges:
            if edge.form is not None:
                form = tuple(edge.form.items())
                if edge.entry and self._functions:
                    edges.append((CALLS, form, edge.inside))
                if edge.line and self._lines:
                    edges.append((edge.line, form, edge.inside))
        if graph.reraises and self._lines:
            self._monitoring.hear_reraises()
        graph.forget_edges()
        self._known[id(new)] = Injected(new, file, counters, edges, begins, graph)
        return new

    def _claims(self, code):
        """Whether a code object that runs for the first time counts itself."""
        injected = self._known.get(id(code)) or self._original(code)
        if injected is None:
            return False
        if injected.function is None:
            injected.function = self._counts.function(injected.file, code)
            injected.at = len(self._counters)
            self._counters.extend(injected.counters)
            self._live.append(injected)
        return True

    def _original(self, code):
        """The Injected of which this code object is a copy, as `code.replace()` and `types.CodeType()` make them."""
        mine = next((c for c in code.co_consts if type(c) is Counter), None)
        if mine is not None:
            for injected in list(self._known.values()):
                if any(mine is c for c in injected.counters):
                    self._copies.append(code)
                    self._known[id(code)] = injected
                    return injected
        return None

    def _add(self, injected, key):
        key = injected, key
        self._events[key] = self._events.get(key, 0) + 1

    def _on_raise(self, code, offset, exception):
        injected = self._known.get(id(code))
        if injected is not None:
            # Not `offset`: for an exception out of a call that is the place before it, on some versions.
            node = injected.left_by(sys._getframe(1).f_lasti, exception)
            if node:
                self._add(injected, node)

    def _on_reraise(self, code, offset, exception):
        injected = self._known.get(id(code))
        if injected is not None and injected.graph.reraises:
            line = injected.raised_again(offset, sys._getframe(1).f_lasti)
            if line is not None:
                self._add(injected, ("line", line))

    def _on_throw(self, code):
        injected = self._known.get(id(code))
        if injected is not None and injected.function is not None:
            self._add(injected, THROWN)

    # The last reading comes when the globals of this module are gone already: hence the defaults.

    def _frames(self, current=sys._current_frames):
        """{thread: [(id(code), offset)…]} of all frames that run now in code with counters."""
        known, out = self._known, {}
        for thread, frame in current().items():
            found = out[thread] = []
            while frame is not None:
                key = id(frame.f_code)
                if key in known:
                    found.append((key, frame.f_lasti))
                frame = frame.f_back
        frame = None
        return out

    def _snapshot(self, hint=length_hint):
        """(what is left of each counter, events, frames) of one moment, or None if the threads did not hold still.

        Each is read in one piece, and nobody else runs between them but in rare cases, which the frames betray.
        """
        for _ in range(5):
            frames = self._frames()
            left = list(map(hint, self._counters))
            events = self._events.copy()
            if self._frames() == frames:
                return left, events, frames
        return None

    def fold(self):
        """Adds what the counters say to the shared counts."""
        snapshot = None if self._stopped else self._snapshot()
        if snapshot is None:
            return
        left, events, frames = snapshot
        inside, known = {}, self._known
        for found in {**self._parting, **frames}.values():
            for key, offset in found:
                inside.setdefault(id(known[key]), []).append(offset)
        mine = {}
        for (injected, key), times in events.items():
            mine.setdefault(id(injected), {})[key] = times
        for injected in list(self._live):
            if injected.at + len(injected.counters) <= len(left):
                key = id(injected)
                results = injected.results(left, mine.get(key, {}), inside.get(key, ()))
                if results is not None:
                    self._tell(injected, results)

    def _tell(self, injected, results, calls=CALLS, returns=RETURNS):
        hits, told, counts = injected.file.hits, injected.told, injected.function.counts
        for slot, value in results.items():
            more = value - told.get(slot, 0)
            if more > 0:  # counts never shrink
                told[slot] = value
                if slot == calls:
                    counts[0] += more
                elif slot == returns:
                    counts[1] += more
                else:
                    hits[slot] += more

    def forget(self):
        """After fork: what the counters say now is where the child's counts begin."""
        self._parting = {}
        for injected in self._live:
            injected.told = dict(injected.now)
