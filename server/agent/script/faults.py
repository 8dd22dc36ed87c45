"""Faults of a script: they end the clause or handler that ran into them, and never reach the program."""

#: Kinds of faults, with DTrace's numbers (DTRACEFLT_*), which its ERROR probe passes on as arg4.
BADADDR = 1
BADALIGN = 2
ILLOP = 3
DIVZERO = 4
NOSCRATCH = 5
BADSTACK = 9
BADSIZE = 10
BADINDEX = 11
TOOMANY = 12


class Fault(Exception):
    """`value` is the address for BADADDR, else 0."""

    def __init__(self, kind, value=0):
        Exception.__init__(self, kind, value)
        self.kind = kind
        self.value = value


class Limit(Exception):
    """A script is stopped because it would never end or eat memory; the message is a sentence for a person."""
