"""Counting through sys.settrace, CPython 3.8 to 3.11: one trace function a thread, one closure for each wanted code.

The trace function answers None for code that nobody asked for, so that its lines cost nothing. Each thread has
counters of its own where the interpreter can lose updates between threads; they are folded when they are read.
"""
import sys
import _thread
import threading
from time import perf_counter_ns

import _cpython_probes_facts as _facts


class Settrace:
    name = "settrace"

    def __init__(self, counts, lines, functions, time):
        self._counts, self._lines, self._functions, self._time = counts, lines, functions, time
        self._on = False
        self._main = None
        self._tracers = []  # per thread: {id(counter list): (shared list, own list)}
        self._lock = _thread.allocate_lock()
        # An attribute, not the module's global: the last fold happens when globals are gone.
        self._split = _facts.LOSES_UPDATES

    def start(self):
        self._on = True
        begin = self._begin_thread

        def bootstrap(frame, event, arg):
            return begin()(frame, event, arg)

        threading.settrace(bootstrap)
        self._wrap_raw_threads(begin)
        self._main = begin()
        return None

    def lost(self):
        """A message and a hint if the main thread's trace function is not ours any more."""
        if sys.gettrace() is self._main:
            return None
        return (
            "Python's trace function was taken away while the program ran, so what ran after that was not counted: "
            "the program (or a debugger) set its own, or its recursion reached the limit, where Python drops it.",
            "Run it with Python 3.12 or later, where neither matters.",
        )

    def stop(self):
        self._on = False
        threading.settrace(None)
        sys.settrace(None)

    def _begin_thread(self):
        tracer = self._tracer()
        sys.settrace(tracer)
        return tracer

    def _wrap_raw_threads(self, begin):
        """Threads of `_thread` do not know threading.settrace: their function is wrapped."""
        original = _thread.start_new_thread
        engine = self

        def start_new_thread(function, args, *kwargs):
            if getattr(function, "__func__", None) is threading.Thread._bootstrap or not engine._on:
                return original(function, args, *kwargs)

            def run(*a, **k):
                if engine._on:
                    begin()
                return function(*a, **k)

            return original(run, args, *kwargs)

        _thread.start_new_thread = start_new_thread
        _thread.start_new = start_new_thread

    def _own(self, mirrors, shared):
        """The list that this thread counts in."""
        if not self._split:
            return shared
        pair = mirrors.get(id(shared))
        if pair is None:
            pair = mirrors[id(shared)] = (shared, [0] * len(shared))
        return pair[1]

    def fold(self):
        """Adds what the threads counted on their own to the shared counters; the lists go on from there."""
        if not self._split:
            return
        with self._lock:
            for mirrors, taken in list(self._tracers):
                for key, (shared, own) in list(mirrors.items()):
                    before = taken.setdefault(key, [])
                    now = list(own)
                    before.extend([0] * (len(now) - len(before)))
                    shared.extend([0] * (len(now) - len(shared)))
                    for i, value in enumerate(now):
                        if value != before[i]:
                            shared[i] += value - before[i]
                    taken[key] = now

    def _tracer(self):
        counts, want_lines, want_functions = self._counts, self._lines, self._functions
        table = {}
        alive = []
        mirrors = {}
        stack = [] if self._time else None
        self._tracers.append((mirrors, {}))
        own = self._own

        def decide(code):
            try:
                file = counts.file(code)
                if file is None:
                    unwanted[code.co_filename] = True
                    return None
                alive.append(code)
                made = closure(file, counts.function(file, code))
                table[id(code)] = made
                return made
            except Exception:  # never into the program
                return None

        def closure(file, function):
            hits, calls = own(mirrors, file.hits), own(mirrors, function.counts)
            timing = _Timer(stack, calls) if stack is not None else None

            def local(frame, event, arg):
                if event == "line":
                    if want_lines:
                        try:
                            hits[frame.f_lineno] += 1
                        except IndexError:
                            hits.extend([0] * (frame.f_lineno + 2 - len(hits)))
                            hits[frame.f_lineno] += 1
                elif event == "return":
                    calls[1] += 1
                    if timing is not None:
                        timing.leave()
                return local

            def enter(frame):
                calls[0] += 1
                if not want_lines:
                    frame.f_trace_lines = False
                if timing is not None:
                    timing.enter()
                return local if want_lines or want_functions else None

            return enter

        unwanted = {}

        def tracer(frame, event, arg):
            code = frame.f_code
            if code.co_filename in unwanted:
                return None
            enter = table.get(id(code))
            if enter is None:
                enter = decide(code)
                if enter is None:
                    return None
            return enter(frame)

        return tracer


class _Timer:
    """Own and total time of one function in one thread; recursion counts once in the total."""

    __slots__ = ("stack", "counts", "depth")

    def __init__(self, stack, counts):
        self.stack, self.counts, self.depth = stack, counts, 0

    def enter(self):
        self.depth += 1
        self.stack.append([self, perf_counter_ns(), 0])

    def leave(self):
        now = perf_counter_ns()
        if self.stack and self.stack[-1][0] is self:
            _, begin, inner = self.stack.pop()
            spent = now - begin
            self.depth -= 1
            self.counts[2] += spent - inner
            if not self.depth:
                self.counts[3] += spent
            if self.stack:
                self.stack[-1][2] += spent
