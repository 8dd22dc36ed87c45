"""Counting calls alone up to CPython 3.11: one C profiler a thread, the one that cProfile is made of.

It counts a call when it returns, by code object and without a Python frame, so it costs less than a trace function and
works at the recursion limit too. Entries are the returns and the calls that are going on, which are read from the
threads' stacks. The two readings belong together if nothing returned between a reading before and one after.
"""
import sys
import _lsprof
import _thread

import _cpython_probes_threads as _threads

_READINGS = 4


class _Thread:
    """`base` are the lowest frames, entered before counting began. `first` is the code of the first counted call if
    the profiler began within it: the profiler does not see its return."""

    def __init__(self, profiler, base, first=None):
        self.ident = _thread.get_ident()
        self.profiler, self.base, self.first = profiler, base, first
        self.totals = {}  # id(code) -> [entries, returns] that were added already
        self.ended = 0  # readings that did not find it

    def going_on(self, frame):
        """The codes of the calls that are going on, given the thread's innermost frame or None if it has none."""
        stack = _stack(frame)
        kept = 0
        for known, now in zip(self.base, stack):
            if known != _key(now):
                break
            kept += 1
        del self.base[kept:]
        return [each.f_code for each in stack[kept:]]


def _key(frame):
    return id(frame), id(frame.f_code)


def _stack(frame):
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    frames.reverse()
    return frames


class Profile:
    name = "profile"

    def __init__(self, counts, lines, functions, time):
        self._counts = counts
        self.on = False
        self._main = None
        self._threads = []
        self._functions = {}  # id(code) -> Function, or None if nobody asked for it
        self._alive = []  # codes whose id is a key
        # Attributes, not globals: the last reading happens when globals are gone.
        self._frames, self._ident = sys._current_frames, _thread.get_ident
        self._gone = []  # what a parent's threads counted with

    def start(self):
        self.on = True

        def hook(frame, event, arg):
            """The first event of a thread of `threading`: the call of its run()."""
            if self.on:
                entered = event == "call"
                self._begin(frame.f_back if entered else frame, frame.f_code if entered else None)

        _threads.watch(self, "setprofile", hook)
        self._main = self.begin_thread()
        return None

    def begin_thread(self):
        return self._begin(sys._getframe(1))

    def _begin(self, below, first=None):
        profiler = _lsprof.Profiler(subcalls=False, builtins=False)
        thread = _Thread(profiler, [_key(each) for each in _stack(below)], first)
        for each in self._threads:
            if each.ident == thread.ident:  # it has ended, and its number is used again
                each.ident = None
        self._threads.append(thread)
        profiler.enable()
        return profiler

    def lost(self):
        """A message and a hint if the main thread's profiler is not ours any more."""
        if sys.getprofile() is self._main:
            return None
        return (
            "Python's profile function was taken away while the program ran, so what was called after that was not "
            "counted: the program set its own.",
            "Count lines as well (they do not need it), or run it with Python 3.12 or later.",
        )

    def stop(self):
        """No new thread is counted. A profiler can only be taken out by its own thread."""
        self.on = False

    def fold(self):
        """Adds what was counted since the last time to the functions' counters. The channel calls it, once at a time."""
        for thread in list(self._threads):
            for _ in range(_READINGS):
                returns = self._returns(thread)
                frames = self._frames()
                going_on = thread.going_on(frames.get(thread.ident))
                if returns == self._returns(thread):
                    break
            self._add(thread, returns, going_on)
            self._forget_ended(thread, frames)

    def _returns(self, thread):
        """{id(code): returns} of the functions that somebody asked for."""
        found = {}
        for each in thread.profiler.getstats():
            if each.callcount and self._function(each.code) is not None:
                found[id(each.code)] = each.callcount
        return found

    def _add(self, thread, returns, going_on):
        now = {key: [count, count] for key, count in returns.items()}
        for code in going_on:
            if self._function(code) is not None:
                now.setdefault(id(code), [0, 0])[0] += 1
        first = thread.first
        if first is not None and first not in going_on[:1] and self._function(first) is not None:
            count = now.setdefault(id(first), [0, 0])
            count[:] = count[0] + 1, count[1] + 1
        for key, (entries, left) in now.items():
            before = thread.totals.setdefault(key, [0, 0])
            counts = self._functions[key].counts
            counts[0] += entries - before[0]
            counts[1] += left - before[1]
            before[:] = entries, left

    def _function(self, code):
        key = id(code)
        if key not in self._functions:
            self._alive.append(code)
            file = self._counts.file(code)
            self._functions[key] = None if file is None else self._counts.function(file, code)
        return self._functions[key]

    def _forget_ended(self, thread, frames):
        """Drops a thread that two readings did not find. Only from a thread that has no profiler, as the sender: the
        last reference to a profiler takes out the one of the thread that drops it."""
        if thread.ident in frames:
            thread.ended = 0
        else:
            thread.ended += 1
            if thread.ended > 1 and self._ident() not in [each.ident for each in self._threads]:
                self._threads.remove(thread)

    def forget(self):
        """The other threads do not exist in the child; their profilers must not be dropped by this one."""
        self._gone += [each for each in self._threads if each.ident != self._ident()]
        self._threads[:] = [each for each in self._threads if each.ident == self._ident()]
