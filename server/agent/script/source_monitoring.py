"""function__entry, function__return and line from sys.monitoring, CPython 3.12 and up, as docs/exactness.md maps them.

A code object is looked at once: what no clause can match is disabled there, and the rest gets local events only for
the markers that it needs.
"""
import sys


def _lines(code):
    table = {}
    for start, end, line in code.co_lines():
        if line is not None:
            for offset in range(start, end, 2):
                table[offset] = line
    return table


class MonitoringSource:
    def __init__(self, binding, wanted):
        self._binding, self._wanted = binding, wanted
        self._tool = None

    def start(self):
        """Returns a sentence if no tool id is free, else None."""
        monitoring = sys.monitoring
        for tool in (3, 4):
            if monitoring.get_tool(tool) is None:
                break
        else:
            return "Both tool ids of sys.monitoring that may be used here (3 and 4) are taken, so no probe of Python functions fires."
        monitoring.use_tool_id(tool, "cpython-probes")
        self._tool = tool
        events = monitoring.events
        callbacks, everywhere = self._callbacks(tool)
        for event, callback in callbacks.items():
            monitoring.register_callback(tool, event, callback)
        monitoring.set_events(tool, everywhere | events.PY_START)
        return None

    def stop(self):
        if self._tool is not None:
            tool, self._tool = self._tool, None
            sys.monitoring.set_events(tool, 0)
            sys.monitoring.free_tool_id(tool)

    def _callbacks(self, tool):
        monitoring = sys.monitoring
        events, DISABLE = monitoring.events, monitoring.DISABLE
        bind, wanted = self._binding.function, self._wanted
        want_entry, want_return, want_line = (self._binding.wants(m) for m in ("function__entry", "function__return", "line"))
        entries, returns, lines = {}, {}, {}  # by id(code)
        tables, alive = {}, []
        getframe = sys._getframe

        def decide(code):
            """Binds a code object to its clauses; False if nothing matches there."""
            if not wanted(code):
                return False
            local = 0
            entry = bind("function__entry", code) if want_entry else None
            leave = bind("function__return", code) if want_return else None
            line = bind("line", code) if want_line else None
            if entry is None and leave is None and line is None:
                return False
            alive.append(code)
            tables[id(code)] = _lines(code)
            if entry is not None:
                entries[id(code)] = entry
                local |= events.PY_RESUME | events.PY_START
            if leave is not None:
                returns[id(code)] = leave
                local |= events.PY_RETURN | events.PY_YIELD
            if line is not None:
                lines[id(code)] = line
                local |= events.LINE | events.JUMP | events.PY_START
            monitoring.set_local_events(tool, code, local)
            return True

        known = set()

        def on_start(code, offset):
            handler = entries.get(id(code))
            if handler is not None:
                handler(tables[id(code)].get(offset, code.co_firstlineno))
            elif id(code) not in known:
                known.add(id(code))
                try:
                    found = decide(code)
                except Exception:  # never into the program
                    found = False
                if not found:
                    known.discard(id(code))
                    return DISABLE
                handler = entries.get(id(code))
                if handler is not None:
                    handler(tables[id(code)].get(offset, code.co_firstlineno))
            elif id(code) not in lines:
                return DISABLE

        def on_resume(code, offset):
            handler = entries.get(id(code))
            if handler is not None:
                handler(tables[id(code)].get(offset) or getframe(1).f_lineno)

        def on_throw(code, offset, exception):
            handler = entries.get(id(code))
            if handler is not None:
                handler(getframe(1).f_lineno)

        def on_return(code, offset, value):
            handler = returns.get(id(code))
            if handler is not None:
                handler(tables[id(code)].get(offset) or getframe(1).f_lineno)

        def on_unwind(code, offset, exception):
            handler = returns.get(id(code))
            if handler is not None:
                handler(getframe(1).f_lineno)

        def on_line(code, line):
            handler = lines.get(id(code))
            if handler is None or not line:  # an empty file's code has line 0
                return DISABLE
            handler(line)

        def on_jump(code, offset, destination):
            handler = lines.get(id(code))
            if handler is None or destination >= offset:
                return DISABLE
            table = tables[id(code)]
            line = table.get(offset)
            if line is None or line != table.get(destination):
                return DISABLE
            handler(line)

        table, everywhere = {events.PY_START: on_start}, 0
        if want_entry:
            table[events.PY_RESUME] = on_resume
            table[events.PY_THROW] = on_throw
            everywhere |= events.PY_THROW
        if want_return:
            table[events.PY_RETURN] = table[events.PY_YIELD] = on_return
            table[events.PY_UNWIND] = on_unwind
            everywhere |= events.PY_UNWIND
        if want_line:
            table[events.LINE] = on_line
            table[events.JUMP] = on_jump
        return table, everywhere
