"""The ways in which a process ends, forks or becomes another program, each with a last send before it.

os._exit and the exec family are wrapped; SIGTERM's default death gets a handler that sends, restores the default and
dies of the same signal, while signal.getsignal and signal.signal go on saying what they would without us.
"""
import atexit
import os
import signal
import sys
import _signal


def watch(agent):
    """`agent` has flush(last), at_exit(), before_fork(), after_fork_parent(), after_fork_child()."""
    atexit.register(agent.at_exit)  # registered first, so it runs last
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=agent.before_fork, after_in_parent=agent.after_fork_parent,
                            after_in_child=agent.after_fork_child)
    _wrap_forks(agent)
    _wrap_ends(agent)
    _watch_sigterm(agent)
    # The dictionaries of sys and builtins are cleared last: what __del__ runs at the end is counted until then.
    sys._cpython_probes_last = _Last(agent)


class _Last:
    def __init__(self, agent):
        self._agent = agent

    def __del__(self):
        try:
            self._agent.flush(True)
        except Exception:
            pass


def _replace(name, make):
    """Puts `make(original)` in the place of os.NAME, looking like it."""
    original = getattr(os, name, None)
    if original is not None:
        ours = make(original)
        ours.__name__ = ours.__qualname__ = name
        ours.__doc__ = original.__doc__
        ours.__module__ = original.__module__
        setattr(os, name, ours)


def _wrap_forks(agent):
    """From 3.13 on, fork counts threads after its hooks have run: the sender starts again when fork has returned."""

    def make(original):
        def fork():
            agent.forking = True
            try:
                return original()
            finally:
                agent.forking = False
                agent.resume()

        return fork

    for name in ("fork", "forkpty"):
        _replace(name, make)


def _wrap_ends(agent):
    def make(original):
        def ending(*args, **kwargs):
            agent.flush()
            return original(*args, **kwargs)

        return ending

    for name in ("_exit", "execv", "execve"):
        _replace(name, make)


def _watch_sigterm(agent):
    number = getattr(signal, "SIGTERM", None)
    if os.name != "posix" or number is None or _signal.getsignal(number) != _signal.SIG_DFL:
        return

    def die(signum, frame):
        agent.flush(True)
        _signal.signal(signum, _signal.SIG_DFL)
        os.kill(os.getpid(), signum)

    try:
        _signal.signal(number, die)
    except ValueError:  # not the main thread
        return
    get, put = signal.getsignal, signal.signal

    def getsignal(signalnum):
        handler = get(signalnum)
        return signal.SIG_DFL if handler is die else handler

    def set_signal(signalnum, handler):
        if handler is signal.SIG_DFL and signalnum == number:
            handler = die
        before = put(signalnum, handler)
        return signal.SIG_DFL if before is die else before

    for ours, theirs in ((getsignal, get), (set_signal, put)):
        ours.__name__ = ours.__qualname__ = theirs.__name__
        ours.__doc__ = theirs.__doc__
        ours.__module__ = "signal"
    signal.getsignal, signal.signal = getsignal, set_signal
