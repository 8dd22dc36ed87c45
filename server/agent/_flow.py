"""The flow graph of a code object, and which of its edges are line events and calls.

Its nodes are runs of instructions that are entered at the top only and in which no line starts but at the top. Node 0
is outside: calls, resumes and exceptions come from there; returns, yields and raises go there.
"""
import opcode

from _cpython_probes_facts import CALLS_HIDE_LINES, FAR_LINES_MAY_START, FOR_ITER_SKIPS, THROWN_AT_RESUME
from _cpython_probes_bytecode import BACKWARD, END_ASYNC_FOR, RESUME, TERMINATORS, Unsupported

_op = opcode.opmap
_NOT_TAKEN = _op.get("NOT_TAKEN", -1)
_END_FOR = _op["END_FOR"]
_END_SEND = _op["END_SEND"]
_POP_ITER = _op.get("POP_ITER", -1)
YIELD = _op["YIELD_VALUE"]
_JUMP = _op["JUMP_FORWARD"]
_JUMP_BACKWARD = _op["JUMP_BACKWARD"]
#: They skip the END_FOR or END_SEND that they jump to, or run it on another way: nothing can be put on that way.
_FOR_ITER = _op["FOR_ITER"]
_SEND = _op["SEND"]
_SKIPPERS = {_FOR_ITER, _SEND}
#: They may raise what they hold again, which is no RAISE event: a way out that nobody reports.
_MAY_RERAISE = {END_ASYNC_FOR, _op["CLEANUP_THROW"]}
_RETURNS = {_op[n] for n in ("RETURN_VALUE", "RETURN_CONST", "YIELD_VALUE") if n in _op}
_RERAISE = _op["RERAISE"]
_RAISES = {_op["RAISE_VARARGS"], _RERAISE}
#: No line starts at them (CPython's initialize_lines); RESUME neither, but after it one always does.
_NO_LINE = {END_ASYNC_FOR, _END_FOR, _END_SEND, RESUME, _POP_ITER}
_CALLING = {_op[n] for n in ("CALL", "LOAD_ATTR", "BINARY_SUBSCR") if n in _op}
_NEVER_RAISE = {_op[n] for n in ("NOP", "POP_TOP", "STORE_FAST", "LOAD_FAST", "LOAD_CONST", "COPY", "SWAP", "PUSH_NULL")}
_FAR = 2
ROOT = 0


class Edge:
    __slots__ = ("tail", "head", "place", "line", "entry", "weight", "form", "inside")

    def __init__(self, tail, head, place, line, weight, entry=False):
        self.tail, self.head = tail, head
        self.place = place  # ("fall", k), ("own", k), ("jump", k, key), or None where no counter can be put
        self.line = line  # the line whose event this edge is, or None
        self.entry = entry
        self.weight = weight
        self.form = None  # {counter: how often it is added}
        self.inside = None  # (sign, first, last): whose exits are added


def _line_starts(body):
    """For each instruction, whether a LINE event may fire there (CPython's initialize_lines)."""
    ops, lines, n = body.ops, body.lines, len(body.ops)
    starts = bytearray(n)
    current = None
    base = body.code.co_firstlineno
    for k in range(body.first, n):
        if ops[k] not in _NO_LINE:
            line = lines[k]
            if line is not None and line != current:
                far = FAR_LINES_MAY_START and not -127 < line - base - (body.starts[k] >> 4) < 128
                starts[k] = _FAR if far else 1
            current = line
    for k, target in body.targets.items():
        if ops[k] != END_ASYNC_FOR:
            if ops[k] in _SKIPPERS:
                target += 1
            if target < n and lines[target] is not None and ops[target] not in (RESUME, _POP_ITER):
                starts[target] = starts[target] or 1
    if CALLS_HIDE_LINES:
        for k in range(body.first + 1, n):
            if starts[k] and ops[k - 1] in _CALLING and lines[k - 1] == lines[k]:
                raise Unsupported("whether a line starts here depends on what was called")
    for _, _, handler, _ in body.handlers:
        if lines[handler] is not None and ops[handler] != END_ASYNC_FOR:
            starts[handler] = starts[handler] or 1
    return starts


def _depths(body):
    """For each instruction, how many loops it is in."""
    n = len(body.ops)
    change = [0] * (n + 1)
    for k, target in body.targets.items():
        if target <= k and body.ops[k] in BACKWARD:
            change[target] += 1
            change[k + 1] -= 1
    depth, out = 0, []
    for each in change:
        depth += each
        out.append(min(depth, 9))
    return out


class Graph:
    """Nodes, edges and, for each instruction, the node that an exception there leaves (0: none that is counted)."""

    def __init__(self, body):
        self.body = body
        self.edges = []
        self.order = {}  # node -> its place in the tree, once there is one
        self.reraises = {}  # instruction -> line of its handler, a line event if the exception comes from another line
        self._starts = _line_starts(body)
        self._leaders = self._find_leaders()
        self._weights = [8.0 ** d for d in _depths(body)]
        self._connect()

    def _find_leaders(self):
        body, starts = self.body, self._starts
        ops, lines, n = body.ops, body.lines, len(body.ops)
        leaders = bytearray(n + 1)
        for k in range(body.first + 1, n):
            before = ops[k - 1]
            if before == RESUME or before in TERMINATORS or before in _MAY_RERAISE or (k - 1) in body.targets:
                leaders[k] = 1
            elif starts[k] and lines[k] != lines[k - 1]:
                leaders[k] = 1
            elif starts[k] == _FAR:
                raise Unsupported("whether a line starts here depends on the release")
            if leaders[k] and self._tied(k):
                leaders[k] = 0
                if k + 1 < n and (k - 1) in body.targets:
                    leaders[k + 1] = 1
        for k, target in body.targets.items():
            if ops[k] != END_ASYNC_FOR:
                if target <= body.first or ops[target] == RESUME:
                    raise Unsupported("a jump to the start of the function")
                leaders[target] = 1
        for _, _, handler, _ in body.handlers:
            leaders[handler] = 1
        return leaders

    def _tied(self, k):
        """Whether this instruction runs together with the one before it: nothing may come between them."""
        op, before = self.body.ops[k], self.body.ops[k - 1]
        if before == _END_FOR:
            return FOR_ITER_SKIPS == 2 or op == _POP_ITER
        return op == _NOT_TAKEN and before != RESUME and before not in TERMINATORS

    def _connect(self):
        body, leaders, starts, weights = self.body, self._leaders, self._starts, self._weights
        ops, lines, targets, n = body.ops, body.lines, body.targets, len(body.ops)
        node_at, heads, node = [0] * n, [0], 0
        for k in range(body.first + 1, n):
            if ops[k] == RESUME:
                continue
            if leaders[k]:
                heads.append(k)
                node += 1
            node_at[k] = node
        self.heads = heads
        edges, add = self.edges, self.edges.append

        def line_on(k, tail_line):
            line = lines[k]
            if line == tail_line and starts[k] == _FAR:
                raise Unsupported("whether a line starts here depends on the release")
            return line if starts[k] and line != tail_line else None

        for k in range(body.first, n):
            op = ops[k]
            if op == RESUME:
                line = lines[k + 1] if starts[k + 1] else None
                add(Edge(ROOT, node_at[k + 1], ("fall", k + 1), line, weights[k + 1], True))
                continue
            here = node_at[k]
            if k in targets and op != END_ASYNC_FOR:
                target = targets[k]
                weight = min(weights[k], weights[target])
                if op in TERMINATORS:
                    line = line_on(target, lines[k])
                    if op == _JUMP_BACKWARD and lines[k] is not None and lines[target] == lines[k]:
                        line = lines[k]  # the JUMP event: back to its own line
                    add(Edge(here, node_at[target], ("own", k), line, weight))
                elif op in _SKIPPERS:
                    landing = target + 1 if op == _FOR_ITER else target
                    line = None if landing > target and leaders[landing] else line_on(landing, lines[k])
                    add(Edge(here, node_at[target], None, line, weight))
                    if ops[target] not in (_END_FOR, _END_SEND):
                        raise Unsupported("a loop without an end")
                else:
                    add(Edge(here, node_at[target], ("jump", target, k), line_on(target, lines[k]), weight / 2))
            elif op in TERMINATORS and k not in targets:
                rare = 0.01 if op in _RAISES else 1
                # gen.throw looks for SEND right before the yield that waits for it (3.12): nothing goes between.
                place = None if op == YIELD and ops[k - 1] == _SEND else ("own", k)
                add(Edge(here, ROOT, place, None, weights[k] * rare))
            if op in _MAY_RERAISE:
                add(Edge(here, ROOT, None, None, weights[k]))
            if op not in TERMINATORS and k + 1 < n and leaders[k + 1]:
                weight = min(weights[k], weights[k + 1])
                forks = k in targets or (op == _NOT_TAKEN and k - 1 in targets)
                place = None if op == _SEND or (op == _END_FOR and FOR_ITER_SKIPS == 2) else ("fall", k + 1)
                add(Edge(here, node_at[k + 1], place, line_on(k + 1, lines[k]), weight / 2 if forks else weight))
        self._connect_handlers(node_at, starts)
        self.leaves = leaves = node_at[:]
        for k, op in enumerate(ops):
            if op in TERMINATORS:
                leaves[k] = node_at[targets[k]] if k in targets else 0
            elif op in _MAY_RERAISE:
                leaves[k] = 0
        #: Instructions at which a frame's call is not counted yet (RESUME and before), or is over.
        self.outside = {k for k, op in enumerate(ops) if k <= body.first or op == RESUME or op in _RETURNS}
        self.loops = {k for k, op in enumerate(ops) if op in _SKIPPERS}
        self._drop_unreached(node)

    def _connect_handlers(self, node_at, starts):
        """A handler has one way in for exceptions of other lines, which is a line event, and one for its own line's."""
        body = self.body
        self.handled, ways = [], {}
        for start, end, handler, depth in body.handlers:
            k = start
            while k < end:
                fires = self._fires(k, handler, starts)
                stop = k + 1
                while stop < end and self._fires(stop, handler, starts) == fires:
                    stop += 1
                key = ("exception", fires)
                self.handled.append((k, stop, handler, depth, key))
                if (handler, fires) not in ways:
                    ways[handler, fires] = True
                    line = body.lines[handler] if fires else None
                    self.edges.append(Edge(ROOT, node_at[handler], ("jump", handler, key), line, 0.001))
                k = stop

    def _fires(self, k, handler, starts):
        if not starts[handler]:
            return False
        # An exception that is thrown in: CPython takes the RESUME after the yield for the instruction before.
        if THROWN_AT_RESUME and self.body.ops[k] in (YIELD, RESUME):
            return True
        if starts[handler] == _FAR and self.body.ops[k] not in _NEVER_RAISE:
            if self.body.ops[k] == _RERAISE or self.body.lines[k] == self.body.lines[handler]:
                raise Unsupported("whether a line starts here depends on the release")
        if self.body.ops[k] == _RERAISE and self.body.args[k]:
            # It first goes back to where the exception came from: only the event says where that was.
            self.reraises[k] = self.body.lines[handler]
            return False
        if self.body.lines[k] != self.body.lines[handler]:
            return True
        if CALLS_HIDE_LINES and (self.body.ops[k] in _CALLING or self.body.ops[k] in _SKIPPERS):
            raise Unsupported("whether a line starts here depends on what was called")
        return False

    def _drop_unreached(self, last):
        after = {}
        for edge in self.edges:
            after.setdefault(edge.tail, []).append(edge)
        reached, todo = {ROOT}, [ROOT]
        while todo:
            for edge in after.get(todo.pop(), ()):
                if edge.head not in reached:
                    reached.add(edge.head)
                    todo.append(edge.head)
        self.edges = [e for e in self.edges if e.tail in reached]
        self.nodes = last + 1
