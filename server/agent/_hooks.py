"""Gets hold of code before it runs: modules, the main script, `-m`, and what runpy and pytest run.

The way in is the name `exec` in the modules of the import system: they look it up among their globals, so nothing
else of theirs changes. Our functions on that way never come to their RESUME instruction. To CPython such a frame is one that has
not begun: it is in no traceback, `sys._getframe` passes it by, and no trace or monitoring event comes from it.
"""
import _frozen_importlib as bootstrap
import _frozen_importlib_external as external
import builtins
import opcode
import os
import sys

from _cpython_probes_bytecode import CACHES
from _cpython_probes_facts import RAISE_IS_LOCAL

_RESUME, _NOP = opcode.opmap["RESUME"], opcode.opmap["NOP"]
#: Modules that run code objects by `exec`, as a global name of theirs that may be replaced.
_RUNNERS = ("runpy", "_pytest.assertion.rewrite")
_run = builtins.exec


def unseen(function):
    """The function with its RESUME instruction after its end, where it never comes."""
    code = function.__code__
    raw = bytearray(code.co_code)
    at = next(i for i in range(0, len(raw), 2) if raw[i] == _RESUME)
    size = 2 + 2 * CACHES[_RESUME]
    raw += raw[at : at + size]
    raw[at : at + size] = bytes((_NOP, 0)) * (size // 2)
    function.__code__ = code = code.replace(co_code=bytes(raw))
    if RAISE_IS_LOCAL:
        tool = next((i for i in range(6) if sys.monitoring.get_tool(i)), None)
        if tool is not None:
            sys.monitoring.set_local_events(tool, code, sys.monitoring.events.LINE)
            sys.monitoring.set_local_events(tool, code, 0)
    return function


class Hooks:
    def __init__(self):
        self._inject = None
        self._names = []  # the dictionaries in which `exec` is ours
        self._main = None

    def install(self, inject, is_wanted):
        """From now on `inject(code)` gives the code object that is run in the place of `code`."""
        self._inject, self._is_wanted = inject, is_wanted
        hooks = self

        @unseen
        def exec(code, *rest, **named):
            return _run(hooks.replace(code, rest), *rest, **named)

        exec.__module__, exec.__qualname__ = "builtins", "exec"
        self._exec = exec
        for module in (bootstrap, external):
            self._take(module.__dict__)
        for name in _RUNNERS:
            if name in sys.modules:
                self._take(sys.modules[name].__dict__)
        if sys.argv and sys.argv[0] not in ("", "-", "-c", "-m"):
            sys.path_hooks.append(self._main_hook)

    def remove(self):
        self._inject = None
        for names in self._names:
            if names.get("exec") is self._exec:
                del names["exec"]

    def _take(self, names):
        names["exec"] = self._exec
        self._names.append(names)

    def replace(self, code, rest):
        try:
            if self._inject is None:
                return code
            name = rest[0].get("__name__") if rest and type(rest[0]) is dict else None
            if name in _RUNNERS:
                self._take(rest[0])
            elif name == "__main__" and self._main_hook in sys.path_hooks:
                sys.path_hooks.remove(self._main_hook)
            return self._inject(code)
        except Exception:  # never into the program
            return code

    def _main_hook(self, path):
        """Answers CPython's question, once, whether the main script is a folder or an archive.

        If the script is wanted we say yes, so CPython asks `runpy` to run it, and it finds our `runpy`. In every other
        case, and when anything is unusual (the script doesn't compile, say), we know nothing about the path.
        """
        try:
            sys._getframe(1)
        except ValueError:
            sys.path_hooks.remove(self._main_hook)  # it is the last, so nobody is passed over
            try:
                if self._inject is not None and self._prepare(path):
                    return self
            except Exception:
                pass
        raise ImportError("not ours")

    def _prepare(self, path):
        options = sys.orig_argv[1 : -len(sys.argv)]
        skips = any("x" in each for each in options if each[:1] == "-" and each[:2] not in ("--", "-X", "-W"))
        if skips or not os.path.isfile(path):  # with -x the first line is not the script's
            return False
        with open(path, "rb") as stream:
            source = stream.read()
        # Its warnings are said here, where they would be said without us.
        code = compile(source, path, "exec", 0, True)
        if not self._is_wanted(code):
            return False
        main = sys.modules["__main__"].__dict__
        before = sys.modules.get("runpy")
        ours = type(sys)("runpy")
        hooks = self

        def begin():
            """What CPython does before it runs a script; returns the code object."""
            if before is None:
                del sys.modules["runpy"]
            else:
                sys.modules["runpy"] = before
            sys.path_importer_cache[path] = None
            if sys.path and sys.path[0] == path:
                if sys.flags.safe_path:
                    del sys.path[0]
                else:
                    sys.path[0] = os.path.dirname(os.path.realpath(path))
            main["__file__"] = path
            if sys.version_info < (3, 15):
                main["__cached__"] = None
            main["__loader__"] = external.SourceFileLoader("__main__", path)
            return hooks.replace(code, ())

        def end():
            main.pop("__file__", None)
            main.pop("__cached__", None)

        @unseen
        def _run_module_as_main(name, alter_argv=True):
            _run(begin(), main)
            end()

        ours._run_module_as_main = _run_module_as_main
        sys.modules["runpy"] = ours
        return True
