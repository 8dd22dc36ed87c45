"""Aggregations: cells that compiled code updates in place, and the values, orders and histograms made of them.

A cell is a list: count, sum, min and max have one number, avg [count, sum], stddev [count, sum, sum of squares],
quantize and its kin one number for each bucket.
"""
from bisect import bisect_right
from math import isqrt

_ZERO = 63  # quantize's bucket for 0; 1 << n is bucket 64 + n, -(1 << n) is 62 - n
_S64 = 1 << 63


class Aggregation:
    """`function` is D's name; `parameters` are lquantize's (base, limit, step), llquantize's (factor, low, high, steps)."""

    def __init__(self, id, name, function, parameters, key_types, line_keys=None):
        self.id = id
        self.name = name
        self.function = function
        self.parameters = parameters
        self.key_types = key_types
        self.line_keys = line_keys
        self.cells = {}
        self.divisor = None
        self.printed = False
        self.snapshot = self.cells

    def fresh(self):
        """A new cell, before its first value."""
        function = self.function
        if function == "min":
            return [_S64 - 1]
        if function == "max":
            return [-_S64]
        if function == "avg":
            return [0, 0]
        if function == "stddev":
            return [0, 0, 0]
        if function == "quantize":
            return [0] * 127
        if function == "lquantize":
            base, limit, step = self.parameters
            return [0] * ((limit - base) // step + 2)
        if function == "llquantize":
            return [0] * (2 * len(levels(self.parameters)) + 1)
        return [0]

    def zero(self, cell):
        """`clear`: the key stays. Min and max print their starting values then, as the real one does."""
        cell[:] = self.fresh()

    def number(self, cell):
        """The number that a cell stands for in orders and normal printing."""
        function = self.function
        if function == "avg":
            return quotient(cell[1], cell[0]) if cell[0] else 0
        if function == "stddev":
            return deviation(cell)
        return cell[0]

    def normalized(self, value):
        """DTrace divides as unsigned 64-bit numbers."""
        if self.divisor is None or self.divisor == 1:
            return value
        return ((value & ((1 << 64) - 1)) // self.divisor + _S64) % (1 << 64) - _S64


def quotient(a, b):
    return a // b if (a < 0) == (b < 0) else -(-a // b)


def deviation(cell):
    """The whole part of the standard deviation, from integer averages as DTrace computes it."""
    count, total, squares = cell
    if not count:
        return 0
    average = quotient(total, count)
    spread = squares // count - average * average
    return isqrt(spread) if spread > 0 else 0


def bucket(value):
    """quantize's bucket of a value."""
    if value > 0:
        return _ZERO + value.bit_length()
    if value < 0:
        return _ZERO - (-value).bit_length()
    return _ZERO


def bucket_value(index):
    if index > _ZERO:
        return 1 << (index - _ZERO - 1)
    if index < _ZERO:
        return -(1 << (_ZERO - index - 1))
    return 0


def linear_bucket(value, base, limit, step):
    if value < base:
        return 0
    if value >= limit:
        return (limit - base) // step + 1
    return (value - base) // step + 1


_LEVELS = {}


def levels(parameters):
    """The smallest sizes of llquantize's buckets, from the first above zero's to the overflow; cached. Negative values
    have the same ones on the other side of zero."""
    found = _LEVELS.get(parameters)
    if found is None:
        factor, low, high, steps = parameters
        bounds = []
        for magnitude in range(low, high + 1):
            following = factor ** (magnitude + 1)
            width = following // steps if following > steps else 1
            value = factor ** magnitude
            while value < following:
                if value not in bounds:
                    bounds.append(value)
                # Within a magnitude, buckets begin at multiples of their width.
                value = (value // width + 1) * width
        bounds.append(factor ** (high + 1))
        found = _LEVELS[parameters] = bounds
    return found


def log_linear_bucket(value, parameters):
    bounds = levels(parameters)
    side = bisect_right(bounds, abs(value))
    return len(bounds) + (side if value > 0 else -side)


def update(aggregation, key, value, weight=1):
    """The general way in; compiled code has the common ones inline."""
    cell = aggregation.cells.get(key)
    if cell is None:
        cell = aggregation.cells[key] = aggregation.fresh()
    function = aggregation.function
    if function == "count":
        cell[0] += 1
    elif function == "sum":
        cell[0] = wrap(cell[0] + value)
    elif function == "min":
        if value < cell[0]:
            cell[0] = value
    elif function == "max":
        if value > cell[0]:
            cell[0] = value
    elif function == "avg":
        cell[0] += 1
        cell[1] = wrap(cell[1] + value)
    elif function == "stddev":
        cell[0] += 1
        cell[1] = wrap(cell[1] + value)
        cell[2] += value * value
    elif function == "quantize":
        cell[bucket(value)] += weight
    elif function == "lquantize":
        cell[linear_bucket(value, *aggregation.parameters)] += weight
    else:
        cell[log_linear_bucket(value, aggregation.parameters)] += weight


def wrap(value):
    return (value + _S64) % (1 << 64) - _S64
