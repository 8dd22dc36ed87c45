"""The order in which an aggregation's keys are printed: by value, then by key, as the options aggsort… change it."""
from functools import cmp_to_key

from .aggregations import bucket_value, levels


def _itself(value):
    return value


#: DTrace compares keys of 4 bytes with their sign, the others without.
_COMPARABLE = {size: (lambda value, mask=(1 << 8 * size) - 1: value & mask) for size in (1, 2, 8)}


def in_order(aggregations, options):
    """Keys that any of the aggregations has, ordered by the one that the options choose (the first, else)."""
    chosen = aggregations[0]
    position = options.get("aggsortpos", 0)
    if 0 <= position < len(aggregations):
        chosen = aggregations[position]
    keys = set()
    for each in aggregations:
        keys.update(each.cells)
    by_key = options.get("aggsortkey", False)
    first = options.get("aggsortkeypos", 0)

    comparable = [_COMPARABLE.get(kind, _itself) for kind in chosen.key_types]

    def compare_keys(a, b):
        size = len(a)
        for step in range(size):
            at = (first + step) % size if first < size else step
            x, y = comparable[at](a[at]), comparable[at](b[at])
            if x != y:
                return -1 if x < y else 1
        return 0

    def compare_values(a, b):
        return _compare(chosen, chosen.cells.get(a), chosen.cells.get(b))

    def compare(a, b):
        if by_key:
            return compare_keys(a, b) or compare_values(a, b)
        return compare_values(a, b) or compare_keys(a, b)

    return sorted(keys, key=cmp_to_key(compare), reverse=options.get("aggsortrev", False))


def _compare(aggregation, a, b):
    if a is None or b is None:
        return (a is not None) - (b is not None)
    x, y = _weight(aggregation, a), _weight(aggregation, b)
    return (x > y) - (x < y)


def _weight(aggregation, cell):
    """The number by which a cell is ordered; for distributions, the sum of their buckets' values times counts."""
    function = aggregation.function
    if function == "quantize":
        return sum(bucket_value(at) * count for at, count in enumerate(cell) if count), cell[63]
    if function == "lquantize":
        base, limit, step = aggregation.parameters
        values = [base - 1] + list(range(base, limit, step)) + [limit + 1]
        return sum(value * count for value, count in zip(values, cell)), 0
    if function == "llquantize":
        bounds = levels(aggregation.parameters)
        values = [-each for each in reversed(bounds)] + [0] + bounds
        return sum(value * count for value, count in zip(values, cell)), cell[len(bounds)]
    return aggregation.number(cell), 0
