"""Counting through sys.monitoring, CPython 3.12 and up.

The mapping is measured against sys.settrace (docs/exactness.md): entry = PY_START + PY_RESUME + PY_THROW, return =
PY_RETURN + PY_YIELD + PY_UNWIND, line = LINE with PY_START enabled + JUMP that goes back to its own line. Code that
nobody asked for is disabled at its first PY_START; PY_THROW and PY_UNWIND can be neither local nor disabled, so their
callbacks look the code up and leave.
"""
import sys
from _thread import get_ident

import _cpython_probes_timing as _timing


def _jump_lines(code):
    """Offset of each instruction to its line."""
    table = {}
    for start, end, line in code.co_lines():
        for offset in range(start, end, 2):
            table[offset] = line
    return table


class Monitoring:
    name = "monitoring"

    def __init__(self, counts, lines, functions, time):
        self._counts, self._lines, self._functions, self._time = counts, lines, functions, time
        self._tool = None
        #: For counters in code objects (_injection.py): claims(code) says whether a code object counts itself,
        #: on_throw(code), on_raise and on_reraise(code, offset, exception) hear of exceptions thrown in, raised, and
        #: (after hear_reraises) raised again.
        self.claims = self.on_throw = self.on_raise = self.on_reraise = None

    def start(self):
        """Returns a sentence if no tool id is free, else None."""
        monitoring = sys.monitoring
        for tool in (3, 4):
            if monitoring.get_tool(tool) is None:
                break
        else:
            return "Both tool ids of sys.monitoring that may be used here (3 and 4) are taken, so nothing is counted."
        monitoring.use_tool_id(tool, "cpython-probes")
        self._tool = tool
        events = monitoring.events
        for event, callback in self._callbacks(tool).items():
            monitoring.register_callback(tool, event, callback)
        every = events.PY_START
        if self._functions:
            every |= events.PY_THROW | events.PY_UNWIND
        if self.on_raise:
            every |= events.RAISE
        monitoring.set_events(tool, every)
        return None

    def stop(self):
        if self._tool is not None:
            tool, self._tool = self._tool, None
            sys.monitoring.set_events(tool, 0)
            sys.monitoring.free_tool_id(tool)

    def fold(self):
        """All threads count in the shared counters: there is nothing to add."""

    def forget(self):
        """After fork: the counters themselves start again, so there is nothing to remember."""

    def lost(self):
        """Monitoring's callbacks stay whatever the program does."""
        return None

    def _callbacks(self, tool):
        counts = self._counts
        claims, on_throw = self.claims, self.on_throw
        monitoring = sys.monitoring
        events, DISABLE = monitoring.events, monitoring.DISABLE
        local = 0
        if self._lines:
            # PY_RESUME, as PY_START, makes lines appear that 3.13 and up leave out without it: those that a resume enters.
            local |= events.LINE | events.JUMP | events.PY_RESUME
        if self._functions:
            local |= events.PY_RESUME | events.PY_RETURN | events.PY_YIELD
        local |= events.PY_START
        hits = {}  # co_filename -> File.hits
        calls = {}  # id(code) -> Function.counts
        alive = []  # codes whose id is a key
        jumps = {}  # (id(code), offset, destination) -> line of a jump back to its own line

        def decide(code):
            try:
                if claims is not None and claims(code):
                    return DISABLE
                file = counts.file(code)
                if file is None:
                    return DISABLE
                alive.append(code)
                hits[code.co_filename] = file.hits
                calls[id(code)] = counts.function(file, code).counts
                monitoring.set_local_events(tool, code, local)
            except Exception:  # never into the program
                return DISABLE
            return None

        def on_line(code, line):
            try:
                hits[code.co_filename][line] += 1
            except (KeyError, IndexError):
                return DISABLE

        def on_jump(code, offset, destination):
            if destination >= offset:
                return DISABLE
            key = (id(code), offset, destination)
            line = jumps.get(key)
            if line is None:
                table = _jump_lines(code)
                line = jumps[key] = table.get(offset) if table.get(offset) == table.get(destination) else 0
            if not line:
                return DISABLE
            try:
                hits[code.co_filename][line] += 1
            except (KeyError, IndexError):
                return DISABLE

        def on_start(code, offset):
            try:
                calls[id(code)][0] += 1
            except KeyError:
                if decide(code) is DISABLE:
                    return DISABLE
                calls[id(code)][0] += 1

        def on_entry(code, offset, *_):
            try:
                calls[id(code)][0] += 1
            except KeyError:
                pass

        def on_return(code, offset, value):
            try:
                calls[id(code)][1] += 1
            except KeyError:
                pass

        def on_thrown(code, offset, exception):
            try:
                calls[id(code)][0] += 1
            except KeyError:
                on_throw(code)

        if self._time:
            on_start, on_entry, on_return = _timed(on_start, on_entry, on_return, calls)
        table = {events.PY_START: on_start}
        if self._lines:
            table[events.LINE] = on_line
            table[events.JUMP] = on_jump
        if self._functions:
            table[events.PY_RESUME] = table[events.PY_THROW] = on_entry
            table[events.PY_RETURN] = table[events.PY_YIELD] = table[events.PY_UNWIND] = on_return
            if on_throw is not None:
                table[events.PY_THROW] = on_thrown
        if self.on_raise:
            table[events.RAISE] = self.on_raise
            table[events.RERAISE] = self.on_reraise
        return table

    def hear_reraises(self):
        monitoring, tool = sys.monitoring, self._tool
        if tool is not None and not monitoring.get_events(tool) & monitoring.events.RERAISE:
            monitoring.set_events(tool, monitoring.get_events(tool) | monitoring.events.RERAISE)


def _timed(on_start, on_entry, on_return, calls):
    """The same callbacks, with a stopwatch for each thread."""
    threads = {}
    Times = _timing.ThreadTimes

    def push(code):
        counts = calls.get(id(code))
        if counts is not None:
            thread = get_ident()
            times = threads.get(thread)
            if times is None:
                times = threads[thread] = Times()
            times.enter(counts)

    def timed_start(code, offset):
        answer = on_start(code, offset)
        push(code)
        return answer

    def timed_entry(code, offset, *rest):
        on_entry(code, offset, *rest)
        push(code)

    def timed_return(code, offset, value):
        counts = calls.get(id(code))
        if counts is not None:
            on_return(code, offset, value)
            times = threads.get(get_ident())
            if times is not None:
                times.leave(counts)

    return timed_start, timed_entry, timed_return
