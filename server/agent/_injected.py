"""A code object that has counters, and what they say together with the exceptions and the frames of the moment."""
from _bisect import bisect_right
from marshal import dumps, loads

from _cpython_probes_bytecode import CACHES, LIMIT, RESUME, counter, decode
from _cpython_probes_encode import encode
from _cpython_probes_facts import CALLS_HIDE_LINES, THROWN_AT_RESUME
from _cpython_probes_flow import YIELD, Graph
from _cpython_probes_plan import plan

#: Slots of the results; lines are slots 1 and up.
CALLS = 0
RETURNS = -1
#: Keys of events beside nodes, which are 1 and up, and pairs ("line", n).
THROWN = 0


def rewrite(code, lines, calls):
    """What it takes to put counters into a code object and to read them, as plain values (_cache.py keeps them)."""
    body = decode(code)
    graph = Graph(body)
    inserts = plan(graph, lines, calls)
    text, locations, exceptions, stack, begins = encode(body, inserts)
    edges = []
    for edge in graph.edges:
        if edge.form is not None:
            form = tuple(edge.form.items())
            if edge.entry and calls:
                edges.append((CALLS, form, edge.inside))
            if edge.line and lines:
                edges.append((edge.line, form, edge.inside))
    again = (graph.reraises, body.ops, body.lines) if graph.reraises and lines else None
    # Most code objects never run: how to read their counters stays folded until they do.
    reading = edges, begins, graph.leaves, graph.outside, graph.loops, graph.order, again
    return text, locations, exceptions, stack, inserts.count, dumps(reading)


class Injected:
    __slots__ = ("code", "file", "function", "counters", "reading", "at", "state", "told", "now",
                 "edges", "begins", "leaves", "outside", "loops", "order", "again")

    def __init__(self, code, file, consts, rewritten):
        text, locations, exceptions, stack, count, reading = rewritten
        self.counters = [counter() for _ in range(count)]
        self.code = code.replace(co_code=text, co_consts=consts + tuple(self.counters), co_linetable=locations,
                                 co_exceptiontable=exceptions, co_stacksize=stack)
        self.file = file
        self.reading = reading
        self.again = None
        self.function = None
        self.at = 0  # where its counters begin in a snapshot
        self.state = None  # what the last results were made of
        self.now, self.told = {}, {}

    def begin(self, function, at):
        """It runs for the first time: its counters are from now on at this place in a snapshot."""
        self.at = at
        self.edges, self.begins, self.leaves, self.outside, self.loops, self.order, self.again = loads(self.reading)
        self.reading = None
        self.function = function

    def instruction(self, offset, find=bisect_right):
        return find(self.begins, offset >> 1) - 1

    def left_by(self, offset, exception):
        """The node that an exception leaves that is raised at this offset, or 0."""
        k = self.instruction(offset)
        # A StopIteration that ends a loop or an await is an event, but the instruction goes on.
        if k in self.loops and isinstance(exception, StopIteration):
            return 0
        return self.leaves[k]

    def raised_again(self, offset, origin):
        """The line whose event it is when RERAISE at `offset` goes to its handler as if from `origin`, or None."""
        reraises, ops, lines = self.again
        line = reraises.get(self.instruction(offset))
        if line is None:
            return None
        k = self.instruction(origin)
        hidden = CALLS_HIDE_LINES and origin >> 1 >= self.begins[k + 1] - CACHES[ops[k]]
        resumed = THROWN_AT_RESUME and ops[k] in (RESUME, YIELD)
        return line if hidden or resumed or lines[k] != line else None

    def results(self, left, events, offsets, limit=LIMIT, calls=CALLS, returns=RETURNS, thrown=THROWN):
        """{slot: count so far}, or None if nothing has changed.

        `left`: what a snapshot says is left of all counters; `events`: {key: how many}; `offsets`: where frames are.
        """
        mine = left[self.at : self.at + len(self.counters)]
        inside, active = [], 0
        for offset in offsets:
            k = self.instruction(offset)
            active += k not in self.outside
            if self.leaves[k]:
                inside.append(self.leaves[k])
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
        order = self.order
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
