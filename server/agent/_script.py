"""A compiled trace script in the place of a counting engine: the same life, and output beside the counts.

The script's own modules are a package that the program does not see; they are loaded while the agent is being armed.
"""
import json
import os
import sys
from importlib.machinery import ModuleSpec
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import SourceFileLoader

_PACKAGE = "_cpython_probes_script"
#: Output that waits for the sender; beyond it the thread that writes sends it itself.
_PENDING = 1 << 20


def _engine_module(folder):
    """The package's engine, with everything that it needs."""
    place = os.path.join(folder, "script")
    loader = SourceFileLoader(_PACKAGE, os.path.join(place, "__init__.py"))
    spec = ModuleSpec(_PACKAGE, loader, origin=loader.path, is_package=True)
    spec.submodule_search_locations[:] = [place]
    package = sys.modules[_PACKAGE] = module_from_spec(spec)
    loader.exec_module(package)
    __import__(_PACKAGE + ".engine")
    return sys.modules[_PACKAGE + ".engine"]


class Script:
    name = "script"

    def __init__(self, config, counts, folder):
        with open(config["script"], encoding="utf-8") as stream:
            script = json.load(stream)
        script["target"] = os.getpid()
        self._counts, self._hits = counts, config.get("lines", False)
        self._out, self._size, self._said = [], 0, []
        self._own = os.path.join(folder, "")
        self.flush = lambda: None
        self._exit_sent = False
        engine = _engine_module(folder)
        self._file = engine.FILE
        self._engine = engine.Engine(script, self._wanted, self._line_hits, self._write, self._said.append)

    def start(self):
        return self._engine.start()

    def stop(self):
        self._engine.end()

    def abandon(self):
        """Takes every probe out without a word: this process is a copy of the traced one."""
        self._engine.abandon()

    def lost(self):
        return None

    def fold(self):
        """Lets the consumer print. A mistake of ours there ends the script with a sentence instead of silence."""
        try:
            if self._engine.stopped:
                self._engine.end()
            else:
                self._engine.consume()
        except Exception as error:
            self._said.append("the embedded engine failed: %s: %s" % (type(error).__name__, error))
            self._engine.runtime.exit(1)

    def messages(self):
        """What the script printed since the last time, in order, then what DTrace itself would say."""
        out, self._out, self._size = self._out, [], 0
        said, self._said[:] = list(self._said), []
        messages = [{"t": "out", "text": b"".join(out).decode("latin-1")}] if out else []
        messages += [{"t": "say", "text": text} for text in said]
        if self._engine.stopped and not self._exit_sent:
            self._exit_sent = True
            messages.append({"t": "exit", "status": self._engine.runtime.stopped[0]})
        return messages

    def _wanted(self, code):
        """Everything that the interpreter runs, as with real markers, but nothing of ours."""
        return code.co_filename != self._file and not code.co_filename.startswith(self._own)

    def _line_hits(self, code):
        file = self._counts.file(code) if self._hits else None
        return None if file is None else file.hits

    def _write(self, data):
        if data:
            self._out.append(data)
            self._size += len(data)
            if self._size > _PENDING:
                self.flush()
