"""function__entry, function__return and line from sys.settrace, CPython 3.8 to 3.11: the same events, key for key, as
the markers of those versions (docs/exactness.md)."""
import sys

import _cpython_probes_threads as threads


class SettraceSource:
    def __init__(self, binding, wanted):
        self._binding, self._wanted = binding, wanted
        self.on = False

    def start(self):
        self.on = True
        self._trace = self._tracer()
        threads.watch(self, "settrace", self._trace)
        self.begin_thread()
        return None

    def begin_thread(self):
        """Sets the trace function of this thread: the main one, or one that was started without `threading`."""
        sys.settrace(self._trace)

    def stop(self):
        self.on = False
        sys.settrace(None)

    def _tracer(self):
        bind, wanted = self._binding.function, self._wanted
        want_return, want_line = self._binding.wants("function__return"), self._binding.wants("line")
        table, alive, engine = {}, [], self

        def decide(code):
            alive.append(code)
            found = (None, None)
            try:
                if wanted(code):
                    entry = bind("function__entry", code)
                    leave = bind("function__return", code) if want_return else None
                    line = bind("line", code) if want_line else None
                    found = (entry, local(leave, line) if leave is not None or line is not None else None)
            except Exception:  # never into the program
                pass
            table[id(code)] = found
            return found

        def local(leave, line):
            def trace(frame, event, arg):
                if event == "line":
                    if line is not None and frame.f_lineno:  # an empty file's code has line 0
                        line(frame.f_lineno)
                elif event == "return" and leave is not None:
                    leave(frame.f_lineno)
                return trace

            def begin(frame):
                if line is None:
                    frame.f_trace_lines = False
                return trace

            return begin

        def tracer(frame, event, arg):
            if not engine.on:
                return None
            code = frame.f_code
            found = table.get(id(code))
            if found is None:
                found = decide(code)
            entry, begin = found
            if entry is not None:
                entry(frame.f_lineno)
            return begin(frame) if begin is not None else None

        return tracer
