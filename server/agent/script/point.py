"""A probe as a clause sees it: its names and numbers, and for function probes the code object that it is bound to."""


class Point:
    """All names are byte strings. `file` and `function_name` are None except for probes of Python functions."""

    __slots__ = ("provider", "module", "function", "name", "number", "file", "function_name", "hits", "clause")

    def __init__(self, provider, module, function, name, number, file=None, function_name=None, hits=None):
        self.provider = provider
        self.module = module
        self.function = function
        self.name = name
        self.number = number
        self.file = file
        self.function_name = function_name
        #: The list of hits by line of the file, or None if nobody asked for them.
        self.hits = hits
        #: The number of the clause that it is bound to.
        self.clause = 0
