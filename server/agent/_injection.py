"""Counting by counters injected into code objects, CPython 3.12 to 3.15; what can't have them is monitored instead.

A counter is an iterator among the constants that an empty loop steps once: no callback, no Python frame. Calls and
lines follow from few of them (_plan.py), corrected by the exceptions that leave a node early, which sys.monitoring
reports, and by the frames that are still inside when the counters are read. Returns are the calls less those frames.
"""
import sys
from _operator import length_hint
from time import monotonic

from _cpython_probes_bytecode import Counter, Unsupported
from _cpython_probes_cache import Cache
from _cpython_probes_injected import CALLS, RETURNS, THROWN, Injected, rewrite

_CODE = type((lambda: 0).__code__)
#: Seconds that rewriting a module took.
_WORTH_KEEPING = 0.005


def _within(code):
    """The code objects among the constants, and those in them, before the code object itself."""
    for const in code.co_consts:
        if type(const) is _CODE:
            yield from _within(const)
    yield code


class Injection:
    name = "injection"

    def __init__(self, counts, lines, functions, monitoring, hooks):
        self._counts, self._lines, self._functions = counts, lines, functions
        self._monitoring, self._hooks = monitoring, hooks
        self._cache = Cache((lines, functions))
        self._known = {}  # id(code) -> Injected
        self._copies = []  # code objects that others made from ours
        self._live = []  # those that have run
        self._counters = []  # theirs
        self._events = {}  # (Injected, key) -> how often
        self._parting = {}
        self._stopped = False

    def start(self):
        monitoring = self._monitoring
        monitoring.claims, monitoring.on_throw = self._claims, self._on_throw
        if self._lines:
            monitoring.on_raise, monitoring.on_reraise = self._on_raise, self._on_reraise
        problem = monitoring.start()
        if not problem:
            try:
                self._hooks.install(self.inject, self._counts.is_wanted)
            except Exception:  # then everything is monitored
                self._hooks.remove()
        return problem

    def stop(self):
        if not self._stopped:
            self.fold()
            self._stopped = True
            self._hooks.remove()
            self._monitoring.stop()

    def lost(self):
        """The program ends: threads that go on may be cut off unseen, so where they are now counts."""
        self._parting = self._frames()
        return None

    def inject(self, code):
        """The same code object with counters, or the object itself if it is not wanted or can't have them."""
        try:
            if type(code) is _CODE and self._counts.is_wanted(code):
                return self._inject(code, self._counts.file(code), self._rewritten(code))
        except Exception:  # never into the program
            pass
        return code

    def _rewritten(self, code):
        """[what `rewrite` says of each code object of a module, those within first, or None]: from the cache or anew."""
        codes = list(_within(code))
        found = self._cache.get(codes)
        if found is None:
            begun = monotonic()
            found = []
            for each in codes:
                try:
                    found.append(rewrite(each, self._lines, self._functions))
                except (Unsupported, KeyError, IndexError, ValueError, OverflowError):
                    found.append(None)
            if monotonic() - begun > _WORTH_KEEPING:
                self._cache.put(codes, found)
        return iter(found)

    def _inject(self, code, file, rewritten):
        consts = tuple([self._inject(c, file, rewritten) if type(c) is _CODE else c for c in code.co_consts])
        mine = next(rewritten)
        if mine is None:
            same = all([a is b for a, b in zip(consts, code.co_consts)])
            return code if same else code.replace(co_consts=consts)
        injected = Injected(code, file, consts, mine)
        self._known[id(injected.code)] = injected
        return injected.code

    def _claims(self, code):
        """Whether a code object that runs for the first time counts itself."""
        injected = self._known.get(id(code)) or self._original(code)
        if injected is None:
            return False
        if injected.function is None:
            injected.begin(self._counts.function(injected.file, code), len(self._counters))
            self._counters.extend(injected.counters)
            self._live.append(injected)
            if injected.again:
                self._monitoring.hear_reraises()
        return True

    def _original(self, code):
        """The Injected of which this code object is a copy, as `code.replace()` and `types.CodeType()` make them."""
        mine = next((c for c in code.co_consts if type(c) is Counter), None)
        if mine is not None:
            for injected in list(self._known.values()):
                if any(mine is c for c in injected.counters):
                    self._copies.append(code)
                    self._known[id(code)] = injected
                    return injected
        return None

    def _add(self, injected, key):
        key = injected, key
        self._events[key] = self._events.get(key, 0) + 1

    def _on_raise(self, code, offset, exception):
        injected = self._known.get(id(code))
        if injected is not None and injected.function is not None:
            # Not `offset`: for an exception out of a call that is the place before it, on some versions.
            node = injected.left_by(sys._getframe(1).f_lasti, exception)
            if node:
                self._add(injected, node)

    def _on_reraise(self, code, offset, exception):
        injected = self._known.get(id(code))
        if injected is not None and injected.again:
            line = injected.raised_again(offset, sys._getframe(1).f_lasti)
            if line is not None:
                self._add(injected, ("line", line))

    def _on_throw(self, code):
        injected = self._known.get(id(code))
        if injected is not None and injected.function is not None:
            self._add(injected, THROWN)

    # The last reading comes when the globals of this module are gone already: hence the defaults.

    def _frames(self, current=sys._current_frames):
        """{thread: [(id(code), offset)…]} of all frames that run now in code with counters."""
        known, out = self._known, {}
        for thread, frame in current().items():
            found = out[thread] = []
            while frame is not None:
                key = id(frame.f_code)
                if key in known and known[key].function is not None:
                    found.append((key, frame.f_lasti))
                frame = frame.f_back
        frame = None
        return out

    def _snapshot(self, hint=length_hint):
        """(what is left of each counter, events, frames) of one moment, or None if the threads did not hold still.

        Each is read in one piece, and nobody else runs between them but in rare cases, which the frames betray.
        """
        for _ in range(5):
            frames = self._frames()
            left = list(map(hint, self._counters))
            events = self._events.copy()
            if self._frames() == frames:
                return left, events, frames
        return None

    def fold(self):
        """Adds what the counters say to the shared counts."""
        snapshot = None if self._stopped else self._snapshot()
        if snapshot is None:
            return
        left, events, frames = snapshot
        inside, known = {}, self._known
        for found in {**self._parting, **frames}.values():
            for key, offset in found:
                inside.setdefault(id(known[key]), []).append(offset)
        mine = {}
        for (injected, key), times in events.items():
            mine.setdefault(id(injected), {})[key] = times
        for injected in list(self._live):
            if injected.at + len(injected.counters) <= len(left):
                key = id(injected)
                results = injected.results(left, mine.get(key, {}), inside.get(key, ()))
                if results is not None:
                    self._tell(injected, results)

    def _tell(self, injected, results, calls=CALLS, returns=RETURNS):
        hits, told, counts = injected.file.hits, injected.told, injected.function.counts
        for slot, value in results.items():
            more = value - told.get(slot, 0)
            if more > 0:  # counts never shrink
                told[slot] = value
                if slot == calls:
                    counts[0] += more
                elif slot == returns:
                    counts[1] += more
                else:
                    hits[slot] += more

    def forget(self):
        """After fork: what the counters say now is where the child's counts begin."""
        self._parting = {}
        for injected in self._live:
            injected.told = dict(injected.now)
