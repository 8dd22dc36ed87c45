"""C's integers on Python's. Compiled code keeps every value within its type's range; these are the ways to get there."""
from ..faults import DIVZERO, Fault

U64 = (1 << 64) - 1


def s8(value):
    return ((value + 0x80) & 0xFF) - 0x80


def s16(value):
    return ((value + 0x8000) & 0xFFFF) - 0x8000


def s32(value):
    return ((value + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def s64(value):
    return ((value + 0x8000000000000000) & 0xFFFFFFFFFFFFFFFF) - 0x8000000000000000


def divide(a, b):
    """C's division: towards zero."""
    if not b:
        raise Fault(DIVZERO)
    return a // b if (a < 0) == (b < 0) else -(-a // b)


def remainder(a, b):
    """DTrace 2.0's remainder: negative if exactly one operand is (C's would have the dividend's sign)."""
    if not b:
        raise Fault(DIVZERO)
    rest = abs(a) % abs(b)
    return rest if (a < 0) == (b < 0) else -rest


def bit_field(value, start, width, signed):
    """`width` bits of an integer, from bit `start` on."""
    value = (value >> start) & ((1 << width) - 1)
    return value - (1 << width) if signed and value >> (width - 1) else value


def with_bit_field(whole, start, width, value):
    """The integer with these bits replaced."""
    mask = ((1 << width) - 1) << start
    return (whole & ~mask) | ((value << start) & mask)
