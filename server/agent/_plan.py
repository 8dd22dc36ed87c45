"""Where counters go, and what they say: the fewest that determine how often each line and function was reached.

What goes into a node comes out again, or leaves by an exception (the agent is told) or is still inside (the agent
looks). So with counters on the edges that a spanning tree of the graph leaves out, the others follow: Knuth's old
result, and Ball and Larus's. The tree takes the edges that run most often.
"""
from _cpython_probes_bytecode import Unsupported
from _cpython_probes_encode import Inserts
from _cpython_probes_flow import ROOT

_BEFORE_ALL = 1e9


def plan(graph, lines, calls):
    """Chooses the counters; afterwards every edge that is asked for has its form. Returns the Inserts."""
    edges = graph.edges
    wanted = [e for e in edges if (calls and e.entry) or (lines and e.line is not None)]
    inserts = Inserts()
    if not lines:
        for number, edge in enumerate(wanted):
            edge.form = {number: 1}
            inserts.fall[edge.place[1]] = number
        inserts.count = len(wanted)
        return inserts
    tree, chords = _spanning_tree(edges, graph.nodes)
    _solve(tree, chords, graph)
    used = sorted({c for e in wanted for c in e.form})
    number = {c: i for i, c in enumerate(used)}
    for edge in wanted:
        edge.form = {number[c]: times for c, times in edge.form.items()}
    for c in used:
        kind, k, *key = chords[c].place
        if kind == "jump":
            inserts.jump.setdefault(k, {})[key[0]] = number[c]
        else:
            where = inserts.fall if kind == "fall" else inserts.own
            if k in where:
                raise Unsupported("two counters in one place")
            where[k] = number[c]
    inserts.count = len(used)
    if any(isinstance(key, tuple) for ways in inserts.jump.values() for key in ways):
        inserts.handled = graph.handled
    return inserts


def _rank(edge):
    """Edges that can't be counted first, then those that run often; of equals, those that cost more or aren't asked for."""
    if edge.place is None:
        return -_BEFORE_ALL, 0
    dear = edge.place[0] == "jump"
    return -edge.weight * (1.3 if dear else 1), 0 if edge.line is None and not edge.entry else 1


def _spanning_tree(edges, nodes):
    parent = list(range(nodes))

    def find(n):
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    tree, chords = [], []
    for edge in sorted(edges, key=_rank):
        a, b = find(edge.tail), find(edge.head)
        if a == b:
            if edge.place is None:
                raise Unsupported("ways that can't be told apart")
            chords.append(edge)
        else:
            parent[a] = b
            tree.append(edge)
    return tree, chords


def _solve(tree, chords, graph):
    """Gives each edge its form: a chord is its own counter; a tree edge balances the nodes on its far side."""
    near = {}
    for edge in tree:
        near.setdefault(edge.tail, []).append(edge)
        near.setdefault(edge.head, []).append(edge)
    balance = {}  # node -> {chord: times in - times out}, summed over the nodes below once they are done
    for number, edge in enumerate(chords):
        edge.form = {number: 1}
        if edge.tail != edge.head:
            for node, sign in ((edge.head, 1), (edge.tail, -1)):
                sums = balance.setdefault(node, {})
                sums[number] = sums.get(number, 0) + sign
    order, above = [ROOT], {ROOT: None}
    stack = [ROOT]
    first, last, clock = {}, {}, 0
    walk = []
    while stack:
        node = stack.pop()
        first[node] = clock
        clock += 1
        walk.append(node)
        for edge in near.get(node, ()):
            other = edge.head if edge.tail == node else edge.tail
            if edge is not above[node]:
                above[other] = edge
                stack.append(other)
    size = dict.fromkeys(walk, 1)
    for node in reversed(walk):
        edge = above[node]
        if edge is None:
            continue
        mine = {c: n for c, n in balance.pop(node, {}).items() if n}
        inward = edge.head == node
        sign = -1 if inward else 1
        edge.form = {c: sign * n for c, n in mine.items()}
        # in - out - exits = 0 for the nodes below: an edge into them brings what else leaves them.
        edge.inside = (1 if inward else -1, first[node], first[node] + size[node] - 1)
        up = edge.tail if inward else edge.head
        size[up] += size[node]
        sums = balance.setdefault(up, {})
        if len(sums) < len(mine):
            sums, mine = mine, sums
            balance[up] = sums
        for c, n in mine.items():
            sums[c] = sums.get(c, 0) + n
    graph.order = first
