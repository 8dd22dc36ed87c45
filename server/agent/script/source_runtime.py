"""gc__start, gc__done, import__find__load__start, …done and audit, from the interpreter's own hooks.

Each handler gets the marker's arguments as the marker passes them, strings as addresses in the script's memory.
"""
import gc
import sys
from _thread import get_ident

#: Functions of importlib that reach _find_and_load without the C function in which the marker stands.
_WITHOUT_MARKER = ("_gcd_import",)


def _without_marker():
    """Whether the import comes from importlib's own Python code; C code without any frame below is an import too."""
    try:
        caller = sys._getframe(2)
    except ValueError:
        return False
    return caller.f_code.co_name in _WITHOUT_MARKER and caller.f_globals.get("__name__") == "importlib._bootstrap"


class RuntimeSource:
    def __init__(self, binding, text):
        self._text = text
        self._gc_start, self._gc_done = binding.plain("gc__start"), binding.plain("gc__done")
        self._find, self._found = binding.plain("import__find__load__start"), binding.plain("import__find__load__done")
        self._audit = binding.plain("audit")
        self._on = False
        self._original = None

    def start(self):
        self._on = True
        if self._gc_start or self._gc_done:
            gc.callbacks.append(self._collect)
        if self._find or self._found:
            self._wrap_import()
        if self._audit:
            sys.addaudithook(self._hook())
        return None

    def stop(self):
        self._on = False
        if self._collect in gc.callbacks:
            gc.callbacks.remove(self._collect)
        if self._original is not None:
            sys.modules["_frozen_importlib"]._find_and_load = self._original
            self._original = None

    def _collect(self, phase, info):
        if phase == "start":
            if self._gc_start:
                self._gc_start((info["generation"],) + (0,) * 9)
        elif self._gc_done:
            self._gc_done((info["collected"],) + (0,) * 9)

    def _wrap_import(self):
        bootstrap = sys.modules["_frozen_importlib"]
        original = self._original = bootstrap._find_and_load
        find, found, text = self._find, self._found, self._text
        source = self

        def _find_and_load(name, import_):
            if not source._on or _without_marker():
                return original(name, import_)
            address = text(name.encode("utf-8", "surrogateescape"))
            if find:
                find((address,) + (0,) * 9)
            ok = 0
            try:
                module = original(name, import_)
                ok = 1
                return module
            finally:
                if found:
                    found((address, ok) + (0,) * 8)

        _find_and_load.__qualname__ = original.__qualname__
        _find_and_load.__module__ = original.__module__
        bootstrap._find_and_load = _find_and_load

    def _hook(self):
        """An audit hook can't be taken out again: it does nothing once the run has ended."""
        source, handler, text = self, self._audit, self._text
        busy = set()  # threads that are in the script, whose own events are none of the program's

        def hook(event, arguments):
            thread = get_ident()
            if source._on and thread not in busy:
                busy.add(thread)
                try:
                    handler((text(event.encode("utf-8", "surrogateescape")), id(arguments)) + (0,) * 8)
                finally:
                    busy.discard(thread)

        return hook
