"""Signals that kill by default: what was counted is sent first, then the process dies of the same signal.

They get a handler of ours, while signal.getsignal and signal.signal go on saying what they would without us. Python
runs handlers between instructions, so a signal that comes just before a blocking call would wait for that call's end,
where it would have killed at once. Workers of multiprocessing, which are ended by SIGTERM while they wait for each
other, have a pipe into which the C part of the handler writes the signal's number (signal.set_wakeup_fd); the sender
reads it and sends the signal again. Other processes have none: daemons close all files. While a process forks the
signals are blocked: Python forgets those that a child gets before its hooks run.
"""
import os
import sys
import _signal
import _thread

#: Signals whose default action ends the process without a word.
_DEADLY = ("SIGTERM", "SIGHUP", "SIGINT", "SIGALRM", "SIGUSR1", "SIGUSR2")


def like(ours, theirs):
    """Gives a function the names of the one that it stands for."""
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(ours, name, getattr(theirs, name))
    return ours


class Signals:
    def __init__(self, agent, high):
        """`agent` has ending(), flush(last) and when_sent(action); `high` moves a file to a number that programs don't use."""
        self._agent, self._high = agent, high
        self._deadly = {getattr(_signal, name) for name in _DEADLY if hasattr(_signal, name)}
        self._get, self._put, self._wake = _signal.getsignal, _signal.signal, _signal.set_wakeup_fd
        self._pipe = None
        self._main = None
        self._masks = None  # thread that forks -> the signals that it had blocked
        self._seen = b""

    def watch(self):
        """Only from the main thread; elsewhere, and on Windows, signals stay as they are."""
        default = _signal.SIG_DFL
        if os.name != "posix":
            return
        try:
            for number in self._deadly:
                if self._get(number) == default:
                    self._put(number, self._die)
        except ValueError:
            return
        self._masks = {}
        die, deadly = self._die, self._deadly
        get, put, wake = self._get, self._put, self._wake

        def getsignal(signalnum, /):
            handler = get(signalnum)
            return default if handler == die else handler

        def signal(signalnum, handler, /):
            if handler == default and signalnum in deadly:
                handler = die
            before = put(signalnum, handler)
            return default if before == die else before

        def set_wakeup_fd(fd, /, **options):
            ours = self._pipe[1] if self._pipe else -1
            before = wake(ours, warn_on_full_buffer=False) if fd == -1 else wake(fd, **options)
            return -1 if before == ours else before

        for ours, theirs in ((getsignal, get), (signal, put), (set_wakeup_fd, wake)):
            setattr(_signal, theirs.__name__, like(ours, theirs))

    def before_fork(self):
        if self._masks is not None:
            self._masks[_thread.get_ident()] = _signal.pthread_sigmask(_signal.SIG_BLOCK, self._deadly)

    def after_fork(self):
        """In the parent, and in the child."""
        mask = (self._masks or {}).pop(_thread.get_ident(), None)
        if mask is not None:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)

    def after_fork_child(self):
        """A pipe of the child's own, in a worker. What has forked is the child's main thread."""
        if self._pipe is None and "multiprocessing.process" not in sys.modules:
            return
        old, self._pipe, self._seen = self._pipe, None, b""
        try:
            self._main = _thread.get_ident()
            self._pipe = tuple([self._high(number) for number in os.pipe()])
            for number in self._pipe:
                os.set_blocking(number, False)
            before = self._wake(self._pipe[1], warn_on_full_buffer=False)
            if before != -1 and (old is None or before != old[1]):
                self._wake(before)  # the program's own
            for number in old or ():
                os.close(number)
        except (OSError, ValueError):
            self._pipe = None

    def nudge(self):
        """For the sender, at each turn: a deadly signal that came a turn ago and still waits is sent again."""
        if self._pipe is None:
            return
        try:
            fresh = os.read(self._pipe[0], 256)
        except OSError:
            fresh = b""
        waiting, self._seen = self._seen, fresh
        for number in set(waiting) & self._deadly:
            if self._get(number) == self._die:
                _signal.pthread_kill(self._main, number)

    def _die(self, signum, frame):
        def end():
            self._agent.ending()
            self._agent.flush(True)
            self._put(signum, _signal.SIG_DFL)
            os.kill(os.getpid(), signum)

        self._agent.when_sent(end)
