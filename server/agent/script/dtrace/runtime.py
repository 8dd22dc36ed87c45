"""The state of one D program in one process, and what its compiled clauses call.

Compiled code is a function `program(rt)` that returns its clauses; see server/src/compile/dtrace for its shape.
"""
import os
import random
import sys
import time
from _thread import get_ident

from .. import faults
from ..faults import Fault
from ..point import Point
from . import aggregations as agg
from . import options
from . import strings
from .consumer import Consumer
from .memory import Memory

_WORDS = {
    faults.BADADDR: "invalid address (0x%x)",
    faults.BADALIGN: "invalid alignment (0x%x)",
    faults.ILLOP: "illegal operation",
    faults.DIVZERO: "divide-by-zero",
    faults.NOSCRATCH: "out of scratch space",
    faults.BADSTACK: "bad stack",
    faults.BADSIZE: "invalid size",
    faults.BADINDEX: "index out of bounds",
    faults.TOOMANY: "too many",
}


#: What a compiled program is called in tracebacks and stacks.
FILE = "<cpython-probes script>"


class Runtime:
    def __init__(self, settings, write, complain, script):
        """`write(bytes)` takes the script's output, `complain(str)` DTrace's own messages; `script` has name, target…"""
        self.options = settings
        self.script = script
        self.memory = Memory(settings.get("scratchsize", 256 << 10))
        self.strsize = settings.get("strsize", 256)
        self.aggregations = []
        self.consumer = Consumer(settings, self.aggregations, write)
        self._complain = complain
        self._places = {line: (row, column) for line, row, column in script.get("places", ())}
        #: Not empty once exit() has been called: [status].
        self.stopped = []
        self._error_clauses = []
        self.clauses = []
        #: The initial values of `this->` variables, set by the compiled program.
        self.firing = []
        self._tokens = {}
        self._speculations = {}
        self._next_speculation = 1
        self.begun = time.perf_counter_ns()
        self.pid = os.getpid()

    # --- what compiled code calls -------------------------------------------------------------------------------

    def aggregation(self, *description):
        made = agg.Aggregation(len(self.aggregations) + 1, *description)
        self.aggregations.append(made)
        return made

    def exit(self, status):
        if not self.stopped:
            self.stopped.append(status)

    def fault(self, point, clause, fault):
        """Says what happened, and fires ERROR."""
        words = _WORDS.get(fault.kind, "unknown fault")
        if "%" in words:
            words %= fault.value & ((1 << 64) - 1)
        self.say_error(point, clause, words + self._where(fault))
        error = Point(b"dtrace", b"", b"", b"ERROR", 3)
        arguments = (0, point.number, clause, 0, fault.kind, fault.value if fault.kind == faults.BADADDR else 0)
        for run in self._error_clauses:
            run(error)(arguments, [])

    def _where(self, fault):
        """` at x.d:12:3`, from the line of compiled code in which a fault was raised."""
        trace, line = fault.__traceback__, 0
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == FILE:
                line = trace.tb_lineno
            trace = trace.tb_next
        place = self._places.get(line)
        return " at %s:%d:%d" % ((self.script.get("name", ""),) + place) if place else ""

    def say_error(self, point, clause, words):
        """DTrace's line about an error in a clause."""
        names = ":".join(each.decode("utf-8", "replace") for each in (point.provider, point.module, point.function, point.name))
        self._complain("error in dt_clause_%d for probe ID %d (%s): %s" % (clause, point.number, names, words))

    def copyinstr(self, address, limit=None):
        return self.memory.string(address, min(limit or self.strsize, self.strsize) - 1)

    def strtok(self, text, separators):
        """The next token as bytes, or None; each thread has its own place."""
        thread = get_ident()
        token, rest = strings.strtok_next(self._tokens.get(thread), text, separators)
        self._tokens[thread] = rest
        return token

    @staticmethod
    def random():
        return random.getrandbits(64)

    def frames(self, limit, skip=2):
        """The Python stack as DTrace prints stacks: one indented line a frame, the innermost first."""
        out, frame = [], sys._getframe(skip)
        here = os.path.dirname(__file__)
        while frame is not None and len(out) < limit:
            code = frame.f_code
            if not code.co_filename.startswith(("<cpython-probes", os.path.dirname(here))):
                place = "%s:%s:%d" % (os.path.basename(code.co_filename), code.co_name, frame.f_lineno or 0)
                out.append(b"%14s%s\n" % (b"", place.encode("utf-8", "surrogateescape")))
            frame = frame.f_back
        return b"\n" + b"".join(out)

    def speculation(self):
        if len(self._speculations) >= self.options.get("nspec", 1):
            return 0
        number = self._next_speculation
        self._next_speculation += 1
        self._speculations[number] = []
        return number

    def commit(self, point, record, number):
        """Speculated records are printed where the commit stands; a number that nothing has is no error."""
        records = self._speculations.pop(number, [])
        if records:
            self.consumer.record(None, [lambda consumer: b"".join([consumer.render(*each) for each in records])])

    def discard(self, number):
        self._speculations.pop(number, None)

    def record(self, point, parts, speculation=None):
        if speculation is None:
            self.consumer.record(point, parts)
        elif speculation in self._speculations:
            self._speculations[speculation].append((point, parts))

    def broken(self, point, clause, error):
        """An error of ours in compiled code: said, and never seen by the program."""
        self._complain("the embedded engine failed in clause %d: %s: %s" % (clause, type(error).__name__, error))

    @staticmethod
    def depth():
        frame, count = sys._getframe(2), 0
        while frame is not None:
            frame, count = frame.f_back, count + 1
        return count

    def raise_signal(self, point, record, number):
        os.kill(self.pid, number)

    def context(self, name):
        """Built-in variables that the compiled code does not name directly."""
        if name == "$target":
            return self.script.get("target", 0)
        if name in ("$pid", "$ppid", "$uid", "$euid", "$gid", "$egid"):
            return getattr(os, "get" + name[1:])()
        known = {"pr_pid": self.pid, "pr_ppid": os.getppid(), "pr_uid": os.getuid(), "pr_gid": os.getgid(),
                 "pr_fname": strings.execname(), "pr_psargs": b" ".join(arg.encode("utf-8", "surrogateescape") for arg in sys.orig_argv if hasattr(sys, "orig_argv"))[:80]
                 if hasattr(sys, "orig_argv") else strings.execname()}
        return known.get(name.rpartition(".")[2], 0)

    def progeny_of(self, pid):
        """1 if this process or one that it came from has that pid."""
        return 1 if pid in (self.pid, os.getppid()) or pid == self.script.get("target") else 0

    def set_option(self, point, name, value):
        """setopt(): DTrace's own options that may change while the script runs."""
        name, value = name.decode(), value.decode()
        problem = options.change(self.options, name, value)
        if problem:
            self.say_error(point, point.clause, 'couldn\'t set option "%s" to "%s": %s\n' % (name, value or "1", problem))
        return b""

    @staticmethod
    def system(command):
        """system(), allowed by -w: what the command prints, in its place in the output."""
        with os.popen(command) as stream:
            return stream.read().encode()

    # --- firings ------------------------------------------------------------------------------------------------

    def add(self, clauses):
        """Takes in what the compiled program returned; ERROR's clauses are kept for faults."""
        self.clauses = clauses
        for clause in clauses:
            if any(kind == "error" for kind, _, _, _ in clause.points):
                self._error_clauses.append(clause.make)

    def text_address(self, text):
        return self.memory.text(text)

    @property
    def begin_firing(self):
        return self.firing.copy if self.firing else None

    @property
    def end_firing(self):
        return self.memory.end_of_firing if self.script.get("scratch", True) else None
