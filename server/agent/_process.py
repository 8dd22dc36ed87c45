"""The ways in which a process ends, forks or becomes another program, each with a last send before it.

os._exit and the exec family are wrapped; for signals see _signals.py.
"""
import atexit
import os
import sys

from _cpython_probes_signals import like


def watch(agent):
    """`agent` has flush(last), ending(), at_exit(), before_fork(), after_fork_parent(), after_fork_child()."""
    atexit.register(agent.at_exit)  # registered first, so it runs last
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=agent.before_fork, after_in_parent=agent.after_fork_parent,
                            after_in_child=agent.after_fork_child)
    _wrap_forks(agent)
    _wrap_ends(agent)
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


def _replace(name, make):
    """Puts `make(original)` in the place of os.NAME, looking like it."""
    original = getattr(os, name, None)
    if original is not None:
        setattr(os, name, like(make(original), original))


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
