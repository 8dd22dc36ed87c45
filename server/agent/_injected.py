"""A code object that has counters, and what they say together with the exceptions and the frames of the moment."""
from _bisect import bisect_right

from _cpython_probes_bytecode import CACHES, LIMIT, RESUME
from _cpython_probes_facts import CALLS_HIDE_LINES, THROWN_AT_RESUME
from _cpython_probes_flow import YIELD

#: Slots of the results; lines are slots 1 and up.
CALLS = 0
RETURNS = -1
#: Keys of events beside nodes, which are 1 and up, and pairs ("line", n).
THROWN = 0


class Injected:
    __slots__ = ("code", "file", "function", "counters", "at", "edges", "begins", "graph", "state", "told", "now")

    def __init__(self, code, file, counters, edges, begins, graph):
        self.code, self.file, self.counters, self.edges, self.begins = code, file, counters, edges, begins
        self.graph = graph
        self.function = None
        self.at = 0  # where its counters begin in a snapshot
        self.state = None  # what the last results were made of
        self.now, self.told = {}, {}

    def instruction(self, offset, find=bisect_right):
        return find(self.begins, offset >> 1) - 1

    def left_by(self, offset, exception):
        """The node that an exception leaves that is raised at this offset, or 0."""
        k = self.instruction(offset)
        # A StopIteration that ends a loop or an await is an event, but the instruction goes on.
        if k in self.graph.loops and isinstance(exception, StopIteration):
            return 0
        return self.graph.leaves[k]

    def raised_again(self, offset, origin):
        """The line whose event it is when RERAISE at `offset` goes to its handler as if from `origin`, or None."""
        line = self.graph.reraises.get(self.instruction(offset))
        if line is None:
            return None
        body, k = self.graph.body, self.instruction(origin)
        hidden = CALLS_HIDE_LINES and origin >> 1 >= self.begins[k + 1] - CACHES[body.ops[k]]
        resumed = THROWN_AT_RESUME and body.ops[k] in (RESUME, YIELD)
        return line if hidden or resumed or body.lines[k] != line else None

    def results(self, left, events, offsets, limit=LIMIT, calls=CALLS, returns=RETURNS, thrown=THROWN):
        """{slot: count so far}, or None if nothing has changed.

        `left`: what a snapshot says is left of all counters; `events`: {key: how many}; `offsets`: where frames are.
        """
        mine = left[self.at : self.at + len(self.counters)]
        inside, active = [], 0
        for offset in offsets:
            k = self.instruction(offset)
            active += k not in self.graph.outside
            if self.graph.leaves[k]:
                inside.append(self.graph.leaves[k])
        state = (mine, events, inside, active)
        if state == self.state:
            return None
        self.state = state
        out = {calls: events.get(thrown, 0)}
        exits = {}
        for key, times in events.items():
            if type(key) is tuple:
                out[key[1]] = out.get(key[1], 0) + times
            elif key:
                exits[key] = times
        for node in inside:
            exits[node] = exits.get(node, 0) + 1
        order = self.graph.order
        gone = [(order[node], times) for node, times in exits.items() if node in order]
        for slot, form, span in self.edges:
            value = 0
            for c, times in form:
                value += times * (limit - mine[c])
            if gone and span:
                sign, first, last = span
                value += sign * sum([times for at, times in gone if first <= at <= last])
            out[slot] = out.get(slot, 0) + value
        out[returns] = out[calls] - active
        self.now = out
        return out
