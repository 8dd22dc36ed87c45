"""Named facts about interpreters, each with its evidence. No other file of the agent asks for a version."""
import sys

_version = sys.version_info

#: sys.monitoring exists and reports every event that the agent counts (PEP 669, CPython 3.12).
HAS_MONITORING = hasattr(sys, "monitoring")

#: `counts[line] += 1` can lose updates between threads: measured up to 3.9 (up to 15 % under four threads), none
#: from 3.10 on unless a call sits between the read and the write.
LOSES_UPDATES = _version < (3, 10)

#: What is registered belongs to the module object, so that a second `atexit` makes the first one's forgotten: up to
#: 3.9 (Modules/atexitmodule.c), from 3.10 on the interpreter holds it.
ATEXIT_IN_MODULE = _version < (3, 10)

#: Bytecode of one thread runs at a time. Free-threaded builds (3.13 and up) can switch the lock off; then `+= 1` on a
#: shared counter can lose updates.
HAS_GIL = getattr(sys, "_is_gil_enabled", lambda: True)()


def _lines_by_range(code):
    return {line for _, _, line in code.co_lines() if line}


def _lines_by_table(code):
    """Up to 3.9: pairs of unsigned byte and signed line increments; a line without bytes is none (Objects/lnotab_notes.txt)."""
    lines, line, at, table = set(), code.co_firstlineno, 0, code.co_lnotab
    for width, step in zip(table[0::2], table[1::2]):
        if width:
            lines.add(line)
            at += width
            if at >= len(code.co_code):  # rows of code that the compiler took out
                return lines
        line += step - 256 if step >= 128 else step
    lines.add(line)
    return lines


#: Line numbers on which instructions of a code object start. Without `dis`, which the program would find imported.
lines_of = _lines_by_range if hasattr(_lines_by_table.__code__, "co_lines") else _lines_by_table

#: What a FOR_ITER at the end of an iteration skips after its target: END_FOR, and in 3.13 the POP_TOP after it too
#: (Python/bytecodes.c of each version). Counters are empty loops in the shape that the compiler gives them.
FOR_ITER_SKIPS = 2 if _version[:2] == (3, 13) else 1
COUNTER_POPS = ("END_FOR",) if _version < (3, 13) else ("END_FOR", "POP_TOP" if _version < (3, 14) else "POP_ITER")
#: From 3.15 on an iterator has a second place on the stack, for the index into a list or tuple.
COUNTER_PUSHES = ("PUSH_NULL",) if _version >= (3, 15) else ()

#: Where counters can be put into code objects: the bytecode is one of those that the tests compare, and a lock keeps
#: a step of an iterator whole.
CAN_INJECT = (3, 12) <= _version[:2] <= (3, 15) and getattr(sys, "_is_gil_enabled", lambda: True)()

#: An exception that is thrown into a generator comes, for line events, from the RESUME after the yield; after RESUME
#: every line is new, so a handler on the same line is a line event (measured with sys.settrace).
THROWN_AT_RESUME = _version >= (3, 13)

#: After a call of a Python function that returns into the same loop of the interpreter, the instruction before is
#: taken for one without a line, so a jump's target on the same line is a line event, and after other calls it is none
#: (measured on 3.12.1 with sys.settrace: `b = (f(1) if c else f(2))` counts twice when f is Python's and c is false).
CALLS_HIDE_LINES = _version < (3, 13)

#: A line whose number is far from what its place in the code suggests is a line event even where the instruction before
#: has the same line (Python/instrumentation.c, COMPUTED_LINE_LINENO_CHANGE): measured on 3.13.0, no more on 3.13.18.
FAR_LINES_MAY_START = _version[:2] == (3, 13)

#: RAISE and PY_UNWIND look into the code object's own monitoring data, which code without RESUME does not get by itself.
RAISE_IS_LOCAL = _version >= (3, 15)
