"""Code objects of CPython 3.12 and up taken apart, and the counters that are put into them.

Opcodes and cache sizes come from the interpreter's own `opcode`; a shape that isn't known raises Unsupported.
"""
import itertools
import opcode
from _operator import length_hint

#: How far a counter can count. It counts down, so that `length_hint` always says how much is left.
LIMIT = 1 << 62


#: Bytes of bytecode. What is longer runs once, as a rule, and is not worth the time to rewrite it.
LONGEST = 1 << 15


class Unsupported(Exception):
    """This code object must be counted in another way."""


class Counter(itertools.repeat):
    """A loop over it runs once more for each event. Copies (pickle, copy) are plain iterators: they count nothing."""

    __slots__ = ()

    def __reduce__(self):
        return itertools.repeat, (None, LIMIT)


def counter():
    return Counter(None, LIMIT)


def read(each):
    return LIMIT - length_hint(each)


_op = opcode.opmap
EXTENDED_ARG = _op["EXTENDED_ARG"]
RESUME = _op["RESUME"]
BACKWARD = {_op[n] for n in ("JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")}
# From 3.14 on its argument points back to the loop's END_SEND, for branch events: it has to be kept, but nothing jumps.
END_ASYNC_FOR = _op["END_ASYNC_FOR"]
JUMPS = {op for op in getattr(opcode, "hasjump", None) or opcode.hasjrel if op < 256}


def _cache_sizes():
    """Units of inline cache that follow each opcode."""
    table = opcode._inline_cache_entries
    if isinstance(table, list):
        return table[:256]
    return [table.get(name, 0) for name in opcode.opname[:256]]


CACHES = _cache_sizes()


#: Instructions after which the next one does not run by itself.
TERMINATORS = {_op[n] for n in _op if n in (
    "RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE", "YIELD_VALUE", "JUMP_FORWARD", "INTERPRETER_EXIT")} | BACKWARD


class Body:
    """The instructions of a code object as parallel lists; an instruction's prefixes (EXTENDED_ARG) are its own."""

    __slots__ = ("code", "raw", "ops", "args", "starts", "targets", "lines", "first", "handlers")


def decode(code):
    body = Body()
    body.code, raw = code, code.co_code
    body.raw = raw
    if len(raw) > LONGEST:
        raise Unsupported("too long")
    ops, args, starts, lines, index = [], [], [], [], {}
    i, size, caches, extended = 0, len(raw), CACHES, EXTENDED_ARG
    ranges = code.co_lines()
    end, line = 0, None
    while i < size:
        while i >= end:
            _, end, line = next(ranges)
        index[i] = len(ops)
        starts.append(i >> 1)
        op, arg = raw[i], raw[i + 1]
        while op == extended:
            i += 2
            op, arg = raw[i], arg << 8 | raw[i + 1]
        ops.append(op)
        args.append(arg)
        lines.append(line)
        i += 2 + 2 * caches[op]
    starts.append(size >> 1)
    body.ops, body.args, body.starts, body.lines = ops, args, starts, lines
    try:
        # The function begins here. (From 3.15 on, generator expressions have another RESUME before they are generators.)
        body.first = next(k for k, op in enumerate(ops) if op == RESUME and args[k] == 0)
        body.targets = {}
        for k, op in enumerate(ops):
            if op in JUMPS:
                step = -args[k] if op in BACKWARD or op == END_ASYNC_FOR else args[k]
                body.targets[k] = index[(starts[k + 1] + step) * 2]
        index[size] = len(ops)
        body.handlers = [(index[a * 2], index[b * 2], index[h * 2], d) for a, b, h, d in _exceptions(code)]
    except (KeyError, StopIteration):
        raise Unsupported("an instruction points between instructions")
    return body


def _exceptions(code):
    """(start, end, handler, depth and lasti) of each entry of the exception table, in units."""
    data = iter(code.co_exceptiontable)

    def number():
        byte = next(data)
        value = byte & 63
        while byte & 64:
            byte = next(data)
            value = value << 6 | byte & 63
        return value

    for byte in data:
        value = byte & 63
        while byte & 64:
            byte = next(data)
            value = value << 6 | byte & 63
        length, handler, depth = number(), number(), number()
        yield value, value + length, handler, depth
