"""Counting through sys.settrace, CPython 3.8 to 3.11: one trace function a thread, one closure for each wanted code.

The trace function answers None for code that nobody asked for, so that its lines cost nothing; what is asked for
decides which closures are made, so that none of them asks again. Each thread has counters of its own where the
interpreter can lose updates between threads; they are folded when they are read.
"""
import sys

import _cpython_probes_facts as _facts
import _cpython_probes_threads as _threads
import _cpython_probes_timing as _timing


class Settrace:
    name = "settrace"

    def __init__(self, counts, lines, functions, time):
        self._counts, self._lines, self._functions, self._time = counts, lines, functions, time
        self.on = False
        self._main = None
        self._mirrors = []  # per thread: {id(shared list): [shared list, own list, what was folded of it]}
        # An attribute, not the module's global: the last fold happens when globals are gone.
        self._split = _facts.LOSES_UPDATES

    def start(self):
        self.on = True

        def bootstrap(frame, event, arg):
            return self.begin_thread()(frame, event, arg)

        _threads.watch(self, "settrace", bootstrap)
        self._main = self.begin_thread()
        return None

    def forget(self):
        """After fork: the counters themselves start again, so there is nothing to remember."""

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
        """Each thread takes its own hook out when it next calls something."""
        self.on = False
        sys.settrace(None)

    def begin_thread(self):
        tracer = self._tracer()
        sys.settrace(tracer)
        return tracer

    def fold(self):
        """Adds what the threads counted on their own to the shared counters. The channel calls it, once at a time."""
        for mirrors in list(self._mirrors):
            for shared, own, folded in list(mirrors.values()):
                now = list(own)
                folded.extend([0] * (len(now) - len(folded)))
                for i, value in enumerate(now):
                    if value != folded[i]:
                        shared[i] += value - folded[i]
                folded[:] = now

    def _own(self, mirrors, shared):
        """The list that a thread counts in, as long as the shared one is now."""
        if not self._split:
            return shared
        mirror = mirrors.setdefault(id(shared), [shared, [], []])
        mirror[1].extend([0] * (len(shared) - len(mirror[1])))
        return mirror[1]

    def _tracer(self):
        table, unwanted, alive, mirrors = {}, {}, [], {}
        if self._split:
            self._mirrors.append(mirrors)
        times = _timing.ThreadTimes() if self._time else None
        known = table.get

        def decide(frame):
            """What the trace function does with a code object that it sees for the first time."""
            try:
                if not self.on:
                    sys.settrace(None)
                    return None
                code = frame.f_code
                file = self._counts.file(code)
                if file is None:
                    unwanted[code.co_filename] = True
                    return None
                alive.append(code)
                counts = self._own(mirrors, self._counts.function(file, code).counts)
                made = self._closures(self._own(mirrors, file.hits), counts, times)
                table[id(code)] = made
                return made
            except Exception:  # never into the program
                return None

        def for_lines(frame, event, arg):
            local = known(id(frame.f_code))
            if local is None and frame.f_code.co_filename not in unwanted:
                return decide(frame)
            return local

        def for_calls(frame, event, arg):
            enter = known(id(frame.f_code))
            if enter is None:
                if frame.f_code.co_filename in unwanted:
                    return None
                enter = decide(frame)
                if enter is None:
                    return None
            return enter(frame)

        return for_calls if self._functions or self._time else for_lines

    def _closures(self, hits, calls, times):
        """For lines alone the local trace function, else what is called with a frame that is entered."""

        def line(frame, event, arg):
            if event == "line":
                hits[frame.f_lineno] += 1

        def line_and_return(frame, event, arg):
            if event == "line":
                hits[frame.f_lineno] += 1
            elif event == "return":
                calls[1] += 1

        def timed(frame, event, arg):
            if event == "line":
                hits[frame.f_lineno] += 1
            elif event == "return":
                calls[1] += 1
                times.leave(calls)

        local = timed if times is not None else line_and_return
        unlined = not self._lines

        def enter(frame):
            calls[0] += 1
            if unlined:
                frame.f_trace_lines = False
            if times is not None:
                times.enter(calls)
            return local

        def enter_lines(frame):
            calls[0] += 1
            return local

        if not self._functions and not self._time:
            return line
        return enter if unlined or times is not None else enter_lines
