"""The addresses that a D script can hold: variables, scratch, and the target's strings, in one made-up address space.

A pointer is a plain number, so that C's arithmetic, comparisons and `%p` work on it; what it points to is found by
bisection. Any address that is not in a region is a bad address, as in DTrace.
"""
from bisect import bisect_right, insort

from ..faults import BADADDR, NOSCRATCH, Fault

_GAP = 64


class Memory:
    def __init__(self, scratch_size):
        self._bases = []
        self._regions = {}
        self._next = 0x7F0000000000
        self._interned = {}
        self._scratch_size = scratch_size
        self._scratch_base = self.allocate(0)
        self._scratch = self._regions[self._scratch_base]
        self._next += scratch_size

    def allocate(self, size):
        """The address of `size` zero bytes that stay."""
        base = self._next
        self._next = (base + max(size, 1) + _GAP + 15) & ~15
        self._regions[base] = bytearray(size)
        insort(self._bases, base)
        return base

    def free(self, base):
        if self._regions.pop(base, None) is not None:
            del self._bases[bisect_right(self._bases, base) - 1]

    def scratch(self, size):
        """`alloca`: zero bytes until the end of this firing, behind those before; a fault when there is no more."""
        used = (size + 7) & ~7
        if size < 0 or len(self._scratch) + used > self._scratch_size:
            raise Fault(NOSCRATCH)
        address = self._scratch_base + len(self._scratch)
        self._scratch.extend(bytes(used))
        return address

    def end_of_firing(self):
        if self._scratch:
            del self._scratch[:]

    def text(self, value):
        """The address of a string of the program (a file's name, say); the same for equal strings."""
        base = self._interned.get(value)
        if base is None:
            base = self._interned[value] = self.allocate(len(value) + 1)
            self._regions[base][: len(value)] = value
        return base

    def _find(self, address, size):
        index = bisect_right(self._bases, address) - 1
        if index >= 0:
            base = self._bases[index]
            region = self._regions[base]
            offset = address - base
            if offset + size <= len(region):
                return region, offset
        raise Fault(BADADDR, address)

    def read(self, address, size):
        region, offset = self._find(address, size)
        return bytes(region[offset : offset + size])

    def write(self, address, data):
        region, offset = self._find(address, len(data))
        region[offset : offset + len(data)] = data

    def load(self, address, size, signed):
        region, offset = self._find(address, size)
        return int.from_bytes(region[offset : offset + size], "little", signed=signed)

    def store(self, address, size, value):
        region, offset = self._find(address, size)
        region[offset : offset + size] = (value & ((1 << (8 * size)) - 1)).to_bytes(size, "little")

    def string(self, address, limit):
        """The bytes from an address up to a NUL, the region's end, or the limit."""
        region, offset = self._find(address, 1)
        end = region.find(b"\0", offset, offset + limit)
        return bytes(region[offset : end if end >= 0 else offset + limit])

    def store_string(self, address, value, size):
        """A string as an array of `size` characters: cut, and filled up with NULs."""
        self.write(address, value[: size - 1].ljust(size, b"\0"))
