"""Puts the agent together in a process of the target: configuration, engine, channel, endings.

Invariant: nothing here raises into the program, and nothing is written to its output.
"""
import os
import sys
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import spec_from_file_location
import _json

#: What the program would find without us; set by sitecustomize before anything of ours is imported.
BEFORE = set()
_FOLDER = os.path.dirname(os.path.abspath(__file__))
_loaded = {}


def _load(name):
    """A sibling file as the module `_cpython_probes_<name>`: no entry of ours is needed on sys.path. Siblings may
    import each other by that name while the agent is being armed; afterwards it is gone from sys.modules."""
    full = "_cpython_probes_" + name
    if full not in _loaded:
        spec = spec_from_file_location(full, os.path.join(_FOLDER, "_%s.py" % name))
        module = _loaded[full] = sys.modules[full] = module_from_spec(spec)
        spec.loader.exec_module(module)
    return _loaded[full]


_NO_GIL = (
    "This Python runs threads without a global lock, so counts of code that several threads run at the same time may "
    "be too low."
)


class Agent:
    def __init__(self, config):
        self._config = config
        facts = _load("facts")
        counts = _load("counts")
        _load("timing")
        wants = (config.get("lines", True), config.get("functions", True), config.get("time", False))
        wanted = _load("wanted").Wanted(config["include"], config["exclude"], _FOLDER)
        self._counts = counts.Counts(wanted, wants[1])
        engine = config.get("engine", "auto")
        if "script" in config:
            _load("threads")
            self._engine = _load("script").Script(config, self._counts, _FOLDER)
            self._engine.flush = self.flush
        elif facts.CAN_INJECT and engine in ("auto", "injection") and not config.get("time"):
            self._engine = self._injection(wants)
        elif facts.HAS_MONITORING and engine != "settrace":
            self._engine = _load("monitoring").Monitoring(self._counts, *wants)
        else:
            _load("threads")
            # Calls alone: a profiler in C counts them for less than a trace function.
            calls_alone = wants == (False, True, False) and config.get("engine") != "settrace"
            engine = _load("profile").Profile if calls_alone else _load("settrace").Settrace
            self._engine = engine(self._counts, *wants)
        self._signals = _load("signals").Signals(self, _load("wire").high)
        self._channel = self._make_channel()
        self._stopped = False
        self.forking = False

    def _make_channel(self):
        channel = _load("channel").Channel(self._config, self._engine.name, self._messages, self._stop)
        channel.at_turn = self._signals.nudge
        return channel

    def _injection(self, wants):
        for name in ("bytecode", "encode", "flow", "plan", "injected", "cache"):
            _load(name)
        monitoring = _load("monitoring").Monitoring(self._counts, *wants)
        return _load("injection").Injection(self._counts, wants[0], wants[1], monitoring, _load("hooks").Hooks())

    def _messages(self, again=False):
        self._engine.fold()
        messages = self._counts.messages(again)
        return self._engine.messages() + messages if "script" in self._config else messages

    def start(self):
        if not self._channel.open():
            return
        _load("process").watch(self)
        self._signals.watch()
        problem = self._engine.start()
        if problem:
            self._channel.note("error", "agent/no-tool-id", problem, "Stop the other tool and run again.")
        if not _load("facts").HAS_GIL:
            self._channel.note("warning", "agent/no-gil", _NO_GIL, "Run it with PYTHON_GIL=1 for exact counts.")
        self._channel.start_thread()

    def _stop(self):
        """Takes every hook out and sends the rest: the runner asked, or has gone."""
        if not self._stopped:
            self._stopped = True
            try:
                self._engine.stop()
            finally:
                self._channel.flush(True)

    def flush(self, last=False):
        self._channel.flush(last)

    def when_sent(self, action):
        self._channel.when_sent(action)

    def ending(self):
        """The process is about to end by itself: a script's END fires now, and everything is sent."""
        if "script" in self._config:
            self._engine.stop()
        self.flush()

    def at_exit(self):
        """The main thread has ended: says if its hook is no longer ours, then sends."""
        problem = None if self._stopped else self._engine.lost()
        if problem:
            self._channel.note("warning", "agent/hook-lost", *problem)
        self._channel.stop_thread()  # the interpreter would kill it, perhaps while it holds the channel
        self.ending()

    def before_fork(self):
        self._channel.stop_thread()
        self._signals.before_fork()

    def after_fork_parent(self):
        self._signals.after_fork()
        if not self.forking:
            self.resume()

    def resume(self):
        """Starts the sender again after a fork, in the parent or in the child."""
        if not self._stopped:
            self._channel.start_thread()

    def after_fork_child(self):
        try:
            self._channel.drop()
            if "script" in self._config:
                # A script's `$target` is the process that the runner started, and no other.
                self._stopped = True
                self._engine.abandon()
                return
            if not self._stopped:
                self._messages()
                self._counts.forget()
                self._engine.forget()
                self._channel = self._make_channel()
                self._signals.after_fork_child()
                if self._channel.open() and not self.forking:
                    self.resume()
        except Exception:
            pass
        finally:
            self._signals.after_fork()


class _Decoder:
    """What `_json` asks of a decoder; hooks, which differ by version, are None."""

    strict, memo, parse_float, parse_int = True, {}, float, int

    def __getattr__(self, name):
        return None


def arm():
    """Reads CPYTHON_PROBES_AGENT and starts counting in this process. The program does not find what we imported in
    sys.modules: it gets modules of its own when it imports them, as it would without us."""
    config, _ = _json.make_scanner(_Decoder())(os.environ["CPYTHON_PROBES_AGENT"], 0)
    Agent(config).start()
    if "script" in config:
        del os.environ["CPYTHON_PROBES_AGENT"]  # the target's children are not the target
    keep = {"atexit"} if _load("facts").ATEXIT_IN_MODULE else set()
    for name in set(sys.modules) - BEFORE - keep:
        del sys.modules[name]
