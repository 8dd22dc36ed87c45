"""The distributions that quantize, lquantize and llquantize print, as DTrace draws them."""
from .aggregations import bucket_value, levels

_BARS = "@" * 40
_HEADER = "\n%16s %41s %-9s\n" % ("value", "------------- Distribution -------------", "count")
_EMPTY = (62, 64)  # with no data, quantize shows the buckets around zero


def histogram(aggregation, cell):
    """The whole table, from the line break before its heading to the last bucket."""
    labels = _LABELS[aggregation.function]
    first, last = _range(cell, aggregation.function)
    total = float(sum(abs(count) for count in cell))
    negative = any(count < 0 for count in cell)
    positive = any(count > 0 for count in cell)
    rows = [
        "%16s %s" % (labels(aggregation.parameters, at, len(cell)), bar(cell[at], total, positive, negative, aggregation.normalized))
        for at in range(first, last + 1)
    ]
    return (_HEADER + "".join(rows)).encode()


def _range(cell, function):
    """The first and the last bucket shown: one more than those with data, on both sides."""
    used = [at for at, count in enumerate(cell) if count]
    if not used:
        return _EMPTY if function == "quantize" else (0, min(2, len(cell) - 1))
    return max(used[0] - 1, 0), min(used[-1] + 1, len(cell) - 1)


def bar(count, total, positive, negative, normalized):
    """One bucket's bar and count; with counts of both signs, zero is in the middle."""
    shown = normalized(count)
    if not negative:
        depth = int(40 * count / total + 0.5) if total else 0
        return "|%s%s %-9d\n" % (_BARS[:depth], " " * (40 - depth), shown)
    if not positive:
        depth = int(40 * -count / total + 0.5)
        return "%s%s| %-9d\n" % (" " * (40 - depth), _BARS[:depth], shown)
    depth = int(20 * abs(count) / total + 0.5)
    if count <= 0:
        return "%s%s|%s %-9d\n" % (" " * (20 - depth), _BARS[:depth], " " * 20, shown)
    return "%s|%s%s %-9d\n" % (" " * 20, _BARS[:depth], " " * (20 - depth), shown)


def _power(parameters, at, size):
    return "%d" % bucket_value(at)


def _linear(parameters, at, size):
    base, limit, step = parameters
    if at == 0:
        return "< %d" % base
    if at == size - 1:
        return ">= %d" % limit
    return "%d" % (base + (at - 1) * step)


def _log_linear(parameters, at, size):
    bounds = levels(parameters)
    side = at - len(bounds)
    if not side:
        return "abs() < %d" % bounds[0] if bounds[0] > 1 else "0"
    bound = bounds[abs(side) - 1]
    if abs(side) == len(bounds):
        return ">= %d" % bound if side > 0 else "<= %d" % -bound
    return "%d" % (bound if side > 0 else -bound)


_LABELS = {"quantize": _power, "lquantize": _linear, "llquantize": _log_linear}
