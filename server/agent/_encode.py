"""Puts a code object together again with counters inserted.

Invariants: what is inserted belongs to the instruction that it precedes, so it has that instruction's location and
exception handler; nothing else moves relative to anything else. Formats: "Locations" and "Exception handling" in
CPython's InternalDocs.
"""
import opcode

from _cpython_probes_bytecode import BACKWARD, CACHES, END_ASYNC_FOR, EXTENDED_ARG, TERMINATORS, Unsupported
from _cpython_probes_facts import COUNTER_POPS, COUNTER_PUSHES

_LOAD_CONST = opcode.opmap["LOAD_CONST"]
_JUMP_FORWARD = opcode.opmap["JUMP_FORWARD"]


def _plain(name):
    op = opcode.opmap[name]
    return bytes((op, 0)) + b"\0\0" * CACHES[op]


#: A `for` loop over the counter that is left at once: the shape that the compiler gives an empty loop.
_TAIL = b"".join(_plain(n) for n in COUNTER_PUSHES + ("FOR_ITER",) + COUNTER_POPS)


class Inserts:
    """What to insert, by index of instruction. `handled` splits a handler's entries: (start, end, handler, depth, key)."""

    __slots__ = ("fall", "jump", "own", "count", "handled")

    def __init__(self):
        self.fall = {}  # counter that only the instruction before runs
        self.jump = {}  # {key: counter}: a way in of its own for the jump instruction or handler entry `key`
        self.own = {}  # counter that every way in runs
        self.count = 0
        self.handled = None


def encode(body, inserts):
    """(code, location table, exception table, stack size, begins) with counters that follow the constants.

    `begins`: for each instruction, the unit where what belongs to it begins; at the end, the unit after the last.
    """
    code, starts, targets = body.code, body.starts, body.targets
    base, n = len(code.co_consts), len(body.ops)
    sequences = [_argument(_LOAD_CONST, base + c) + _TAIL for c in range(inserts.count)]
    marks = sorted({*inserts.fall, *inserts.jump, *inserts.own, *targets})
    prefixes = {k: 0 for k in targets}
    while True:
        before, ways, begins, mains = _lay(body, inserts, sequences, marks, prefixes)
        grown, opargs = False, {}
        for k, target in targets.items():
            op = body.ops[k]
            to = ways.get((target, k)) if op != END_ASYNC_FOR else None
            if to is None:
                to = mains[target]
            away = to - begins[k + 1]
            if op in BACKWARD or op == END_ASYNC_FOR:
                away = -away
            if away < 0:
                raise Unsupported("a jump would change its direction")
            opargs[k] = away
            needs = (away > 255) + (away > 0xFFFF)
            if away > 0xFFFFFF:
                raise Unsupported("too long")
            if needs > prefixes[k]:
                prefixes[k] = needs
                grown = True
        if not grown:
            break
    raw, out, copied = body.raw, [], 0
    for k in marks:
        out.append(raw[2 * copied : 2 * starts[k]])
        copied = starts[k]
        if k in before:
            out.append(before[k])
        if k in opargs:
            away = opargs[k]
            for shift in range(8 * prefixes[k], 0, -8):
                out.append(bytes((EXTENDED_ARG, away >> shift & 255)))
            op = body.ops[k]
            out.append(bytes((op, away & 255)) + b"\0\0" * CACHES[op])
            copied = starts[k + 1]
    out.append(raw[2 * copied :])
    extra = {}
    for k in marks:
        more = begins[k + 1] - begins[k] - (starts[k + 1] - starts[k])
        if more:
            extra[starts[k]] = more
    table = bytearray()
    for start, end, handler, depth, *key in inserts.handled or body.handlers:
        to = ways.get((handler, key[0])) if key else None
        table += _exception_entry(begins[start], begins[end], mains[handler] if to is None else to, depth)
    text = b"".join(out)
    if len(text) != 2 * begins[n]:
        raise Unsupported("the code has another length than was laid out")
    stack = code.co_stacksize + len(COUNTER_PUSHES) + 2
    return text, _locations(code.co_linetable, extra), bytes(table), stack, begins


def _argument(op, value):
    out = b""
    shift = 0
    while value >> shift + 8:
        shift += 8
    while shift:
        out += bytes((EXTENDED_ARG, value >> shift & 255))
        shift -= 8
    return out + bytes((op, value & 255))


def _lay(body, inserts, sequences, marks, prefixes):
    """Lays the code out for given widths of jumps.

    `before`: bytes before an instruction; `ways`: unit of each way in of its own; `begins`: unit where what belongs
    to an instruction begins; `mains`: unit where the other ways in arrive.
    """
    starts, raw = body.starts, body.raw
    before, ways = {}, {}
    begins, mains = starts[:], starts[:]
    shift, last = 0, 0
    for k in marks:
        if shift:
            for each in range(last, k):
                begins[each] += shift
                mains[each] += shift
        begins[k] += shift
        pieces = []
        if k in inserts.fall:
            pieces.append(sequences[inserts.fall[k]])
        own = inserts.jump.get(k)
        if own:
            alone = [sequences[c] for c in own.values()]
            if k > body.first and falls(body, k - 1):
                pieces.append(_forward(alone))
            at = begins[k] + sum(map(len, pieces)) // 2
            for key, piece in zip(own, range(len(alone))):
                ways[k, key] = at
                part = alone[piece] + (_forward(alone[piece + 1 :]) if piece + 1 < len(alone) else b"")
                pieces.append(part)
                at += len(part) // 2
        mains[k] = begins[k] + sum(map(len, pieces)) // 2
        if k in inserts.own:
            pieces.append(sequences[inserts.own[k]])
        text = b"".join(pieces)
        if text:
            before[k] = text
        shift += len(text) // 2
        if k in prefixes:
            shift += 1 + prefixes[k] + CACHES[body.ops[k]] - (starts[k + 1] - starts[k])
        last = k + 1
    for each in range(last, len(begins)):
        begins[each] += shift
        mains[each] += shift
    return before, ways, begins, mains


def _forward(over):
    """A jump over pieces, each of which but the last is followed by a jump of its own."""
    away = sum(map(len, over)) // 2 + len(over) - 1
    if away > 255:
        raise Unsupported("too many ways into one instruction")
    return bytes((_JUMP_FORWARD, away))


def _exception_entry(start, end, handler, depth):
    out = bytearray()
    for value in (start, end - start, handler, depth):
        shift = 24
        while shift and not value >> shift:
            shift -= 6
        while shift:
            out.append(value >> shift & 63 | 64)
            shift -= 6
        out.append(value & 63)
    # The first byte of an entry is marked.
    out[0] |= 128
    return out


def falls(body, k):
    return body.ops[k] not in TERMINATORS


def _locations(table, extra):
    """The location table with entries made longer: `extra` is {unit: units more}. An entry starts at a marked byte."""
    out, at, i, copied, size = [], 0, 0, 0, len(table)
    wanted = iter(sorted(extra.items()))
    unit, more = next(wanted, (1 << 60, 0))
    while i < size:
        head = table[i]
        length = (head & 7) + 1
        at += length
        begin = i
        i += 1
        while i < size and table[i] < 128:
            i += 1
        if unit >= at:
            continue
        while unit < at:
            length += more
            unit, more = next(wanted, (1 << 60, 0))
        out.append(table[copied:begin])
        copied = i
        kind, rest = head >> 3 & 15, table[begin + 1 : i]
        out.append(bytes((head & 0xF8 | min(length, 8) - 1,)) + rest)
        length -= 8
        # The rest of a long entry: the same place, said without a change of line.
        if kind == 13:
            rest = b"\0"
        elif kind == 14:
            rest = b"\0" + rest[1 + next(i for i, byte in enumerate(rest) if not byte & 64) :]
        elif 10 <= kind <= 12:
            head = 0x80 | 10 << 3
        while length > 0:
            out.append(bytes((head & 0xF8 | min(length, 8) - 1,)) + rest)
            length -= 8
    out.append(table[copied:])
    return b"".join(out)
