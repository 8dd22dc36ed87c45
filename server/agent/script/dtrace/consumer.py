"""DTrace's consumer: what the clauses recorded, turned into the output that `dtrace` would print.

A record is made when a clause ends without a fault, and read when the consumer wakes (option switchrate) or at the
end; what depends on aggregations (printa, clear, trunc, normalize) happens only then, in the order of the records.
"""
from .histograms import histogram
from .order import in_order

_HISTOGRAMS = ("quantize", "lquantize", "llquantize")
#: Widths of integers by size in bytes: as keys and values of aggregations, and in trace().
_KEY = {1: b" %3d", 2: b" %5d", 4: b" %8d", 8: b" %16d"}
_TRACE = {(1, True): b" %3d", (2, True): b" %5d", (4, True): b" %10d", (8, True): b" %19d",
          (1, False): b" %3d", (2, False): b" %5d", (4, False): b" %10d", (8, False): b" %20d"}


class Consumer:
    def __init__(self, options, aggregations, write):
        self._options = options
        self._aggregations = aggregations
        self._write = write
        self._records = []
        self._header = False
        self._indent = 0

    @property
    def quiet(self):
        return self._options.get("quiet", False)

    def trace_bytes(self, data):
        """trace() of an array, and tracemem(): text if it can be read as such, else a table of bytes."""
        text = data.rstrip(b"\0")
        if text and all(32 <= each < 127 or each in b"\t\n\r" for each in text):
            return text if self.quiet else b"  %-33s" % text
        rows = [b"\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"]
        for at in range(0, len(data), 16):
            row = data[at : at + 16]
            digits = b"".join(b" %02x" % each for each in row)
            shown = bytes(each if 32 <= each < 127 else 46 for each in row)
            rows.append(b"     %5x:%-48s  %s\n" % (at, digits, shown))
        return b"".join(rows)

    def record(self, point, parts):
        """`parts`: bytes, or a callable that gets the consumer and gives bytes."""
        self._records.append((point, parts))

    def consume(self):
        """Prints the records so far."""
        records, self._records = self._records, []
        for point, parts in records:
            self._write(self.render(point, parts))

    def render(self, point, parts):
        """What one record prints."""
        framed = point is not None and not self.quiet
        out = [self._prefix(point)] if framed else []
        for part in parts:
            out.append(part if type(part) is bytes else part(self))
        if framed:
            out.append(b"\n")
        return b"".join(out)

    def _prefix(self, point):
        flow = self._options.get("flowindent", False)
        heading = b""
        if not self._header:
            self._header = True
            heading = b"CPU FUNCTION                                 \n" if flow else b"CPU     ID                    FUNCTION:NAME\n"
        if not flow:
            return heading + b"%3d %6d %32s " % (0, point.number, point.function + b":" + point.name)
        return heading + b"%3d %s " % (0, self._flow(point))

    def _flow(self, point):
        """`-> function` and `<- function`, indented by depth; other probes as ` | function:name`."""
        if point.name in (b"entry", b"function-entry"):
            self._indent += 2
            return b"%*s-> %-30s" % (self._indent - 2, b"", point.function)
        if point.name in (b"return", b"function-return"):
            self._indent = max(0, self._indent - 2)
            return b"%*s<- %-30s" % (self._indent, b"", point.function)
        return b"%*s | %-30s" % (self._indent, b"", point.function + b":" + point.name)

    def trace(self, value, size, signed):
        """trace() of an integer; without padding in quiet mode."""
        return b"%d" % value if self.quiet else _TRACE[size, signed] % value

    def trace_text(self, value):
        return value if self.quiet else b"  %-33s" % value

    def end(self):
        """A line's end, as dtrace prints it, and then the aggregations that printa never printed."""
        self.consume()
        left = [each for each in self._aggregations if each.cells and not each.printed]
        self._write(b"\n" + b"".join([self.table([each]) for each in left]))

    def printa(self, aggregations, render):
        """printa(): with `render(key, cells)` for a format, else the default table."""
        for each in aggregations:
            each.printed = True
        if not any(each.cells for each in aggregations):
            return b"" if render else b"\n"
        if render is None:
            return b"\n" + self.table(aggregations)
        return b"".join([render(key, [each.cells.get(key) for each in aggregations]) for key in in_order(aggregations, self._options)])

    def table(self, aggregations):
        """Rows of keys and values in columns."""
        rows = []
        for key in in_order(aggregations, self._options):
            row = [self._key(value, kind) for value, kind in zip(key, aggregations[0].key_types)]
            for each in aggregations:
                cell = each.cells.get(key)
                row.append(self._value(each, each.fresh() if cell is None else cell))
            rows.append(b"".join(row) + b"\n")
        return b"".join(rows)

    def _key(self, value, kind):
        if kind == "string":
            return b"  %-50s" % value
        return _KEY[kind] % (value & (0xFF if kind == 1 else 0xFFFF) if kind < 4 else value)

    def _value(self, aggregation, cell):
        if aggregation.function in _HISTOGRAMS:
            return histogram(aggregation, cell)
        return b" %16d" % aggregation.normalized(aggregation.number(cell))


def clear(aggregation):
    """`clear`: values become zero, keys stay."""
    for cell in aggregation.cells.values():
        aggregation.zero(cell)


def truncate(aggregation, count):
    """`trunc`: keeps the `count` largest, or for a negative count the smallest."""
    if count == 0:
        aggregation.cells.clear()
        return
    keys = in_order([aggregation], {})
    gone = keys[:-count] if count > 0 else keys[-count:]
    for key in gone:
        aggregation.cells.pop(key, None)
