"""Counting by counters injected into code objects, CPython 3.12 to 3.15; what can't have them is monitored instead.

A counter is an iterator among the constants that an empty loop steps once: no callback, no Python frame. Calls and
lines follow from few of them (_flow.py), corrected by the exceptions that leave a node early, which sys.monitoring
reports, and by the frames that are still inside when the counters are read. Returns are the calls less those frames.
"""
import sys
from _bisect import bisect_right
from _operator import length_hint

from _cpython_probes_bytecode import CACHES, LIMIT, RESUME, Counter, Unsupported, decode, encode
from _cpython_probes_facts import CALLS_HIDE_LINES, THROWN_AT_RESUME
from _cpython_probes_flow import YIELD, Graph, plan

_CODE = type((lambda: 0).__code__)
_ENTRY = 0  # the slot of the calls, where lines are slots 1 and up


class Injected:
    """A code object with counters, and how to read them."""

    __slots__ = ("code", "file", "function", "counters", "edges", "begins", "leaves", "outside", "loops", "reraises", "body", "extra", "order", "exits",
                 "left", "throws", "state", "now", "told", "active")

    def __init__(self, code, file, counters, edges, begins, graph):
        self.code, self.file, self.counters, self.edges, self.begins = code, file, counters, edges, begins
        self.function = None
        self.leaves = graph.leaves
        self.outside, self.loops = graph.outside, graph.loops
        self.order = graph.order
        self.reraises, self.body = graph.reraises, graph.body if graph.reraises else None
        self.extra = {}  # line -> line events that only the event RERAISE tells of
        self.exits = {}  # node -> exceptions that left it
        self.left = 0
        self.throws = 0
        self.active = 0  # frames that were inside at the last reading
        self.state = None
        self.now, self.told = {}, {}

    # The last reading comes when the globals of this module are gone already: hence the defaults.

    def leave(self, offset, exception):
        """An exception leaves the instruction at this offset."""
        k = bisect_right(self.begins, offset >> 1) - 1
        node = self.leaves[k]
        # A StopIteration that ends a loop or an await is an event, but the instruction goes on.
        if node and not (k in self.loops and isinstance(exception, StopIteration)):
            self.exits[node] = self.exits.get(node, 0) + 1
            self.left += 1

    def raise_again(self, offset, origin):
        """RERAISE at `offset` goes to its handler, as if from `origin`, where the exception was raised."""
        line = self.reraises.get(bisect_right(self.begins, offset >> 1) - 1)
        if line is not None:
            body, k = self.body, bisect_right(self.begins, origin >> 1) - 1
            hidden = CALLS_HIDE_LINES and origin >> 1 >= self.begins[k + 1] - CACHES[body.ops[k]]
            if hidden or body.lines[k] != line or (THROWN_AT_RESUME and body.ops[k] in (RESUME, YIELD)):
                self.extra[line] = self.extra.get(line, 0) + 1
                self.left += 1

    def values(self, frames, left=length_hint, limit=LIMIT, find=bisect_right, entry=_ENTRY):
        """{slot: count so far}, or None if nothing has changed. `frames`: offsets at which frames are inside."""
        counts = [limit - left(c) for c in self.counters]
        exits, active = self.exits, 0
        inside = []
        for offset in frames:
            k = find(self.begins, offset >> 1) - 1
            if k not in self.outside:
                active += 1
                if self.leaves[k]:
                    inside.append(self.leaves[k])
        state = (counts, self.left, self.throws, active, inside)
        if state == self.state:
            return None
        self.state, self.active = state, active
        if inside:
            exits = dict(exits)
            for node in inside:
                exits[node] = exits.get(node, 0) + 1
        gone = sorted((self.order[node], n) for node, n in exits.items() if node in self.order)
        out = {entry: self.throws}
        for slot, form, span in self.edges:
            value = 0
            for c, times in form:
                value += times * counts[c]
            if gone and span:
                sign, first, last = span
                value += sign * sum(n for at, n in gone if first <= at <= last)
            out[slot] = out.get(slot, 0) + value
        for slot, value in self.extra.items():
            out[slot] = out.get(slot, 0) + value
        return out


class Injection:
    name = "injection"

    def __init__(self, counts, lines, functions, monitoring, hooks):
        self._counts, self._lines, self._functions = counts, lines, functions
        self._monitoring, self._hooks = monitoring, hooks
        self._known = {}  # id(code) -> Injected
        self._live = []  # those that have run
        self._parting = None
        self._stopped = False

    def start(self):
        monitoring = self._monitoring
        monitoring.claims = self._claims
        monitoring.on_throw = self._on_throw
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
            return code.replace(co_consts=consts) if any(a is not b for a, b in zip(consts, code.co_consts)) else code
        edges = []
        for edge in graph.edges:
            if edge.form is not None and (edge.entry or edge.line):
                form = tuple(edge.form.items())
                if edge.entry and self._functions:
                    edges.append((_ENTRY, form, edge.inside))
                if edge.line and self._lines:
                    edges.append((edge.line, form, edge.inside))
        if graph.reraises and self._lines:
            self._monitoring.hear_reraises()
        self._known[id(new)] = Injected(new, file, counters, edges, begins, graph)
        return new

    def _claims(self, code):
        """Whether a code object that runs for the first time counts itself."""
        injected = self._known.get(id(code))
        if injected is None:
            injected = self._copy(code)
            if injected is None:
                return False
        if injected.function is None:
            injected.function = self._counts.function(injected.file, code)
            self._live.append(injected)
        return True

    def _copy(self, code):
        """The Injected of which this code object is a copy, as `code.replace()` and `types.CodeType()` make them."""
        mine = next((c for c in code.co_consts if type(c) is Counter), None)
        if mine is None:
            return None
        for injected in list(self._known.values()):
            if any(mine is c for c in injected.counters):
                self._known[id(code)] = injected
                self._kept = getattr(self, "_kept", []) + [code]
                return injected
        return None

    def _on_raise(self, code, offset, exception):
        injected = self._known.get(id(code))
        if injected is not None:
            # Not `offset`: for an exception out of a call that is the place before it, on some versions.
            injected.leave(sys._getframe(1).f_lasti, exception)

    def _on_reraise(self, code, offset, exception):
        injected = self._known.get(id(code))
        if injected is not None and injected.reraises:
            injected.raise_again(offset, sys._getframe(1).f_lasti)

    def _on_throw(self, code):
        injected = self._known.get(id(code))
        if injected is not None and injected.function is not None:
            injected.throws += 1

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
        return out

    def fold(self):
        """Adds what the counters say to the shared counts. Counts never shrink: what is not yet sure waits."""
        if self._stopped:
            return
        inside, known = {}, self._known
        frames = self._frames()
        if self._parting:
            frames = {**self._parting, **frames}
        for found in frames.values():
            for key, offset in found:
                inside.setdefault(id(known[key]), []).append(offset)
        for injected in list(self._live):
            values = injected.values(inside.get(id(injected), ()))
            if values is not None:
                self._tell(injected, values)

    def _tell(self, injected, values, entry=_ENTRY):
        hits, told, counts = injected.file.hits, injected.told, injected.function.counts
        injected.now = values
        values["returns"] = values[entry] - injected.active
        for slot, value in values.items():
            more = value - told.get(slot, 0)
            if more > 0:
                told[slot] = value
                if slot == entry:
                    counts[0] += more
                elif slot == "returns":
                    counts[1] += more
                else:
                    hits[slot] += more

    def forget(self):
        """After fork: what the counters say now is where the child's counts begin."""
        self._parting = None
        for injected in self._live:
            injected.told = dict(injected.now)
