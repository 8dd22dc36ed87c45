"""What a program sees of its own code and of the way it was imported is the same with and without the agent.

Injection takes code where it is run: these programs look there, by every way into the import system, and print.
"""
import os
import re
import subprocess
import tempfile
import zipfile

import collect

_MODULE = '''"""The module's text."""
import sys


class Thing:
    """The thing's text."""

    def __init__(self, n: int = 3):
        self.n = n

    def double(self):
        return [x * 2
                for x in range(self.n)
                if x]


def fails(n):
    for i in range(n):
        if i == 2:
            return {
                "a": 1,
                "b": i / (i - 2),
            }


def gen(n):
    for i in range(n):
        try:
            yield i
        finally:
            sys.stdout.write("")


def deep(n):
    return deep(n - 1) if n else sys._getframe(0)
'''
_FILES = {
    "mod.py": _MODULE,
    "broken.py": "def f():\n    raise ValueError('in f')\n\n\nclass A:\n    x = [1,\n         f()]\n",
    "unreadable.py": "import broken_not_there\n",
    "invalid.py": "x = 1\ny = (\n",
    "pkg/__init__.py": "from . import inner\nNAME = __name__\n",
    "pkg/inner.py": "import sys\nDEPTH = 0\nframe = sys._getframe()\nwhile frame:\n    DEPTH += 1\n    frame = frame.f_back\n",
    "pkg/__main__.py": "import sys\nprint(sys.argv[1:], __name__, __package__, __spec__.name, __file__, sorted(globals()))\n1 / 0\n",
    "folder/__main__.py": "import sys\nprint(sys.argv, sys.path[0], __name__, __file__, __spec__.name, sys.path_hooks)\n",
}
#: {name: (text of program.py, arguments before and instead of it)}
PROGRAMS = {
    "module": "import mod, pkg, sys\nfor m in (mod, pkg, pkg.inner):\n    print(m.__spec__, m.__loader__, getattr(m, '__cached__', 0), m.__file__, m.__package__, m.__doc__, sorted(vars(m)))\nprint(pkg.inner.DEPTH)\n",
    "main": "import sys\nprint(__name__, __file__, __loader__, __spec__, __package__, __doc__, sorted(globals()), sys.argv, sys.path[0], sys.orig_argv[1:])\nimport __main__\nprint(__main__.__dict__ is globals(), __builtins__, sys.modules['__main__'])\n",
    "the import system": "import sys\nprint(sys.path_hooks, sys.meta_path, sorted(sys.path_importer_cache), sorted(sys.modules), sys.path)\n",
    "stack": "import sys, traceback\ntraceback.print_stack()\ntry:\n    sys._getframe(1)\nexcept ValueError as e:\n    print(e)\nimport mod\nf = mod.deep(3)\nn = 0\nwhile f:\n    print(f.f_code.co_name, f.f_lineno, f.f_code.co_filename)\n    f = f.f_back\n",
    "stack in a module": "open('shows.py', 'w').write('import traceback\\ntraceback.print_stack()\\n')\nimport shows\nimport os\nos.unlink('shows.py')\n",
    "raises in a module": "import broken\n",
    "no such module": "import unreadable\n",
    "invalid module": "import invalid\n",
    "tracebacks": "import mod, traceback\ntry:\n    mod.fails(5)\nexcept ZeroDivisionError:\n    traceback.print_exc()\nmod.fails(\n  5)\n",
    "positions": "import mod\nfor f in (mod.fails, mod.Thing.double, mod.gen):\n    c = f.__code__\n    print(sorted({p for p in c.co_positions()}, key=str), sorted({l for _, _, l in c.co_lines() if l}), c.co_firstlineno, c.co_name, c.co_qualname, c.co_varnames, c.co_names, c.co_flags, c.co_freevars)\n",
    "source": "import mod, inspect\nprint(inspect.getsource(mod.Thing), inspect.getsource(mod.fails), inspect.getdoc(mod.Thing), inspect.signature(mod.Thing), inspect.getsourcefile(mod.gen), inspect.getsourcelines(mod.Thing.double)[1])\n",
    "reload": "import mod, importlib\na = mod.Thing\nb = importlib.reload(mod)\nprint(b is mod, mod.Thing is a, mod.__spec__, mod.__loader__)\n",
    "loader": "import mod, importlib.util\ncode = mod.__loader__.get_code('mod')\nimport marshal\nprint(len(marshal.dumps(code)), code.co_code.hex())\nspec = importlib.util.spec_from_file_location('other', mod.__file__)\nm = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(m)\nprint(m.Thing(4).double(), m.__name__)\n",
    "runpy": "import runpy, sys\nprint(sorted(runpy.run_path('mod.py')))\nprint(sorted(runpy.run_module('pkg.inner')))\nprint(runpy.run_path('folder')['__name__'])\n",
    "zip": "import sys\nsys.path.insert(0, 'archive.zip')\nimport zipped\nprint(zipped.__spec__, zipped.__loader__, zipped.__file__)\nzipped.fails(4)\n",
    "pickle": "import pickle, mod, copy\nt = pickle.loads(pickle.dumps(mod.Thing(5)))\nprint(t.double(), pickle.dumps(mod.fails), copy.deepcopy(mod.fails) is mod.fails)\n",
    "code objects": "import mod\nc = mod.fails.__code__\nd = c.replace(co_name='other')\nprint(d.co_name, c == c.replace(), c == d, hash(c) == hash(c.replace()))\nimport types\nf = types.FunctionType(d, mod.__dict__)\nprint(f(2), f)\n",
    "settrace": "import sys, mod\nseen = []\ndef trace(f, e, a):\n    if f.f_code.co_filename == mod.__file__:\n        seen.append((e, f.f_lineno, f.f_code.co_name))\n    return trace\nsys.settrace(trace)\nmod.Thing(4).double()\nlist(mod.gen(3))\nmod.deep(2)\ntry:\n    mod.fails(4)\nexcept ZeroDivisionError:\n    pass\nsys.settrace(None)\nprint(seen)\n",
    "setprofile": "import sys, mod\nseen = []\nsys.setprofile(lambda f, e, a: seen.append((e, f.f_lineno, f.f_code.co_name)))\nmod.Thing(4).double()\nlist(mod.gen(3))\nsys.setprofile(None)\nprint(seen)\n",
    "pdb": "import mod, pdb, io\npdb.Pdb(stdin=io.StringIO('b mod.fails\\nc\\nn\\nn\\nn\\np i\\nw\\nr\\nc\\nq\\n')).run('mod.fails(2)', vars())\n",
    "frames": "import mod\ng = mod.gen(3)\nnext(g)\nprint(g.gi_frame.f_lineno, g.gi_frame.f_locals, g.gi_yieldfrom, g.gi_running)\ng.close()\nprint(mod.deep(2).f_locals)\n",
    "annotations": "from __future__ import annotations\nimport mod\nprint(mod.Thing.__init__.__annotations__)\ndef f(x: undefined): pass\nprint(f.__annotations__)\n",
    "dataclass and enum": "import dataclasses, enum, functools\n@dataclasses.dataclass\nclass D:\n    x: int\n    y: list = dataclasses.field(default_factory=list)\nclass E(enum.Enum):\n    A = 1\n    B = enum.auto()\n@functools.lru_cache\ndef f(n): return n if n < 2 else f(n - 1) + f(n - 2)\nprint(D(1), E.B, f(30), f.cache_info())\n",
    "warning in the script": "x = 1\nif x is 1:\n    print('\\d')\n",
    "marked as latin": "# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))\n",
    "byte order mark": "\ufeffprint(1)\n",
    "carriage returns": "x = 1\r\nprint('''a\r\nb''')\r\n1 / 0\r\n",
    "null": "x = 1\n\0\n",
    "empty": "",
    "only a comment": "# nothing",
    "spawn": "import multiprocessing as m, mod\ndef f(n): return mod.Thing(n).double()\nif __name__ == '__main__':\n    with m.get_context('spawn').Pool(1) as p:\n        print(p.map(f, [2, 3]))\n        p.close()\n        p.join()\n",
    "doctest": "import doctest\ndef f(n):\n    '''\n    >>> f(2)\n    4\n    >>> f(3)\n    5\n    '''\n    return n * 2\nprint(doctest.testmod())\n",
    "gone at exit": "import atexit\natexit.register(lambda: print('__file__' in globals(), '__name__' in globals()))\n",
    "deleted globals": "import sys\ndel __file__, __loader__\nprint(sorted(globals()))\n",
    "os.chdir": "import os, sys\nos.chdir('/')\nprint(__file__)\nimport mod\n",
    "exec and eval": "import mod\nexec(mod.fails.__code__.replace(co_argcount=0, co_nlocals=mod.fails.__code__.co_nlocals), {}) if 0 else None\nexec(compile('for i in range(3): print(i)', __file__, 'exec'))\nprint(eval('[x for x in range(3)]'))\n",
    "monitoring": "import sys, mod\nif hasattr(sys, 'monitoring'):\n    m = sys.monitoring\n    m.use_tool_id(2, 'mine')\n    seen = []\n    m.register_callback(2, m.events.LINE, lambda c, l: c.co_filename == mod.__file__ and seen.append((c.co_name, l)))\n    m.set_events(2, m.events.LINE | m.events.PY_START)\n    mod.Thing(4).double()\n    list(mod.gen(2))\n    m.set_events(2, 0)\n    print(seen)\n",
}
#: Known: what differs on old versions. Up to 3.9 `atexit` stays imported; up to 3.9 a profile function of the program
#: hears of the end of a generator at the line where our trace function last looked.
DIFFERS = {"the import system": (3, 10), "setprofile": (3, 10)}
#: {name: arguments}, in the folder of _FILES.
WAYS = {
    "-m package": ["-m", "pkg", "a"],
    "-m module": ["-m", "mod"],
    "a folder": ["folder", "x"],
    "an archive": ["app.zip", "x"],
    "a link": ["link.py", "x"],
    "a relative path": ["./link.py", "x"],
    "a path with ..": ["pkg/../link.py"],
    "-c": ["-c", "import mod; print(mod.Thing(3).double()); mod.fails(3)"],
    "no such script": ["nothing.py"],
    "-P": ["-P", "link.py"],
    "-i": ["-i", "link.py"],
    "-O": ["-O", "link.py"],
    "-W error": ["-W", "error", "warns.py"],
    "-x": ["-x", "link.py"],
    "no such module": ["-m", "nothing"],
    "a compiled script": ["compiled.pyc"],
}


def _make(folder):
    for name, text in _FILES.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as stream:
            stream.write(text)
    with zipfile.ZipFile(os.path.join(folder, "archive.zip"), "w") as archive:
        archive.writestr("zipped.py", _MODULE)
    with zipfile.ZipFile(os.path.join(folder, "app.zip"), "w") as archive:
        archive.writestr("__main__.py", _FILES["folder/__main__.py"])
    os.makedirs(os.path.join(folder, "real"))
    with open(os.path.join(folder, "real", "script.py"), "w") as stream:
        stream.write("import sys\nprint(sys.argv, __file__, sys.path[0], sys.flags, __debug__)\n1 / 0\n")
    os.symlink(os.path.join("real", "script.py"), os.path.join(folder, "link.py"))
    with open(os.path.join(folder, "warns.py"), "w") as stream:
        stream.write("import sys\nif sys is 1: pass\n")


def _normal(output, folder):
    output = re.sub(rb"0x[0-9a-f]{6,}", b"0x", output)
    return re.sub(rb"-\d+\.pyc", b".pyc", output).replace(folder.encode(), b"")


def _problems(python, folder, arguments):
    """What differs between running it with the agent and without."""
    environment = dict(os.environ, PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", NO_COLOR="1")
    plain = subprocess.run([python] + arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    traced, _ = collect.collect([python] + arguments, [folder], env=environment, cwd=folder)
    problems = []
    for what in ("returncode", "stdout", "stderr"):
        a, b = getattr(plain, what), getattr(traced, what)
        if what != "returncode":
            a, b = _normal(a, folder), _normal(b, folder)
        if a != b:
            problems.append("%s %r, without us %r" % (what, b, a))
    return problems


def run(python, version):
    passed, failed, skipped = 0, [], []
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        _make(folder)
        subprocess.run([python, "-c", "import py_compile; py_compile.compile('real/script.py', 'compiled.pyc')"], cwd=folder, check=True)
        script = os.path.join(folder, "program.py")
        for name, text in PROGRAMS.items():
            with open(script, "wb") as stream:
                stream.write(text.encode("latin-1" if "latin" in name else "utf-8"))
            problems = _problems(python, folder, ["program.py"])
            if version < DIFFERS.get(name, (3,)):
                skipped.append("%s: differs below %d.%d" % ((name,) + DIFFERS[name]))
            elif problems:
                failed.append("%s: %s" % (name, "; ".join(problems)))
            else:
                passed += 1
        for name, arguments in WAYS.items():
            if name == "-P" and version < (3, 11):
                continue
            problems = _problems(python, folder, arguments)
            if problems:
                failed.append("%s: %s" % (name, "; ".join(problems)))
            else:
                passed += 1
    return passed, failed, skipped
