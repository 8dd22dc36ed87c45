"""Own and total time of the functions of one thread, for every engine.

A function's own time leaves out what counted callees took; recursion counts once in the total, with its outermost call.
"""
from time import perf_counter_ns


class ThreadTimes:
    """One thread's stack of calls that are going on. `counts` is a Function's list [entries, returns, own, total]."""

    __slots__ = ("_stack", "_depth")

    def __init__(self):
        self._stack = []  # [counts, began, ns in callees]
        self._depth = {}  # id(counts) -> calls of this function that are going on

    def enter(self, counts):
        key = id(counts)
        self._depth[key] = self._depth.get(key, 0) + 1
        self._stack.append([counts, perf_counter_ns(), 0])

    def leave(self, counts):
        now = perf_counter_ns()
        stack = self._stack
        if not stack or stack[-1][0] is not counts:
            return  # this call began before counting did
        _, began, inner = stack.pop()
        spent = now - began
        counts[2] += spent - inner
        key = id(counts)
        self._depth[key] -= 1
        if not self._depth[key]:
            counts[3] += spent
        if stack:
            stack[-1][2] += spent
