"""The ways in which a process ends, forks or becomes another program, each with a last send before it.

os._exit and the exec family are wrapped; signals that kill by default get a handler that sends, restores the default
and dies of the same signal, while signal.getsignal and signal.signal go on saying what they would without us.
"""
import atexit
import os
import sys
import _signal

#: Signals whose default action ends the process without a word.
_DEADLY = ("SIGTERM", "SIGHUP", "SIGINT", "SIGALRM", "SIGUSR1", "SIGUSR2")


def watch(agent):
    """`agent` has flush(last), ending(), when_sent(action), at_exit(), before_fork(), after_fork_parent(), after_fork_child()."""
    atexit.register(agent.at_exit)  # registered first, so it runs last
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=agent.before_fork, after_in_parent=agent.after_fork_parent,
                            after_in_child=agent.after_fork_child)
    _wrap_forks(agent)
    _wrap_ends(agent)
    _watch_signals(agent)
    # The dictionaries of sys and builtins are cleared last: what __del__ runs at the end is counted until then. Only
    # sys's dictionary holds its __spec__, where the program does not see the attribute.
    sys.__spec__._cpython_probes_last = _Last(agent)


class _Last:
    def __init__(self, agent):
        self._agent = agent

    def __del__(self):
        try:
            self._agent.flush(True)
        except Exception:
            pass


def _like(ours, theirs):
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(ours, name, getattr(theirs, name))
    return ours


def _replace(name, make):
    """Puts `make(original)` in the place of os.NAME, looking like it."""
    original = getattr(os, name, None)
    if original is not None:
        setattr(os, name, _like(make(original), original))


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
            agent.ending()
            return original(*args, **kwargs)

        return ending

    for name in ("_exit", "execv", "execve"):
        _replace(name, make)


def _watch_signals(agent):
    """`_signal`, which the module `signal` is made of, goes on saying what it would say without us."""
    if os.name != "posix":
        return
    deadly = {getattr(_signal, name) for name in _DEADLY}
    get, put, default = _signal.getsignal, _signal.signal, _signal.SIG_DFL

    def die(signum, frame):
        def end():
            agent.ending()
            agent.flush(True)
            put(signum, default)
            os.kill(os.getpid(), signum)

        agent.when_sent(end)

    def getsignal(signalnum, /):
        handler = get(signalnum)
        return default if handler is die else handler

    def signal(signalnum, handler, /):
        if handler == default and signalnum in deadly:
            handler = die
        before = put(signalnum, handler)
        return default if before is die else before

    try:
        for number in deadly:
            if get(number) == default:
                put(number, die)
    except ValueError:  # not the main thread
        return
    _signal.getsignal, _signal.signal = _like(getsignal, get), _like(signal, put)
