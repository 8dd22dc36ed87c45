"""One compiled script in one process: BEGIN, the probes, the timers, END, and what the consumer prints in between."""
import sys
import time
import _thread

from .binding import Binding, Clause
from .dtrace.names import names as dtrace_names
from .dtrace.runtime import FILE, Runtime as DtraceRuntime
from .source_runtime import RuntimeSource

class Engine:
    """`script` is {"language", "python", "options", …} as the runner sends it; `write(bytes)` and `complain(str)` report."""

    def __init__(self, script, wanted, hits, write, complain):
        self._script, self._complain = script, complain
        self.runtime = DtraceRuntime(dict(script["options"]), write, complain, script)
        namespace = dtrace_names(self.runtime)
        exec(compile(script["python"], FILE, "exec"), namespace)
        clauses = []
        for id, make, points, direct in namespace["program"](self.runtime):
            rows = [(kind, what, names, self._number(kind)) for kind, what, names, process in points]
            clauses.append(Clause(id, make, rows, direct))
        self.runtime.add(clauses)
        self.binding = Binding(clauses, self.runtime, hits)
        self._sources = [RuntimeSource(self.binding, self.runtime.text_address)]
        if any(self.binding.wants(marker) for marker in ("function__entry", "function__return", "line")):
            self._sources.append(_function_source(self.binding, wanted))
        self._timers = []
        self._ended = False

    @staticmethod
    def _number(kind):
        return {"begin": 1, "end": 2, "error": 3}.get(kind, 100)

    def start(self):
        """Fires BEGIN and puts the probes in; returns a sentence if that is not possible."""
        if not self.runtime.consumer.quiet:
            self._say_matched()
        for _, fire in self.binding.points("begin"):
            fire((0,) * 10)
        if self.stopped:
            return None
        problems = [problem for problem in [source.start() for source in self._sources] if problem]
        for what, fire in self.binding.points("timer"):
            self._timers.append(_Timer(what[0], fire))
        return problems[0] if problems else None

    def _say_matched(self):
        """`dtrace: script 'x.d' matched 3 probes`, each description's probes counted."""
        count = sum(len(clause.points) for clause in self.runtime.clauses)
        self._complain("script '%s' matched %d probe%s" % (self._script.get("name", ""), count, "" if count == 1 else "s"))

    @property
    def stopped(self):
        return bool(self.runtime.stopped)

    def consume(self):
        self.runtime.consumer.consume()

    def abandon(self):
        """Takes every probe out; END does not fire, and nothing more is printed."""
        self._ended = True
        self.runtime.stopped.append(0)
        for source in self._sources:
            source.stop()

    def end(self):
        """Takes every probe out, fires END, and prints the rest. Once only."""
        if self._ended:
            return
        self._ended = True
        for timer in self._timers:
            timer.stop()
        for source in self._sources:
            source.stop()
        status = list(self.runtime.stopped)
        del self.runtime.stopped[:]
        for _, fire in self.binding.points("end"):
            fire((0,) * 10)
        # An exit() in END wins over an earlier one.
        self.runtime.stopped[:] = self.runtime.stopped or status
        self.runtime.consumer.end()


def _function_source(binding, wanted):
    if hasattr(sys, "monitoring"):
        from .source_monitoring import MonitoringSource

        return MonitoringSource(binding, wanted)
    from .source_settrace import SettraceSource

    return SettraceSource(binding, wanted)


class _Timer:
    """Fires at a fixed rate from a thread that `threading` does not know; late firings are made up for at once."""

    def __init__(self, nanoseconds, fire):
        self._step, self._fire = nanoseconds / 1e9, fire
        self._wake = _thread.allocate_lock()
        self._wake.acquire()
        _START(self._run, ())

    def stop(self):
        if self._wake.locked():
            self._wake.release()

    def _run(self):
        due = time.monotonic() + self._step
        while not self._wake.acquire(True, max(0.0, due - time.monotonic())):
            due += self._step
            self._fire((0,) * 10)


#: Kept from before anything wraps it.
_START = _thread.start_new_thread
