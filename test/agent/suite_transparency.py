"""The same program with and without the agent: output, errors, exit code, and what the program sees of itself."""
import os
import re
import subprocess
import tempfile
import zipfile

import collect

PROGRAMS = {
    "sees itself": "import sys, threading, signal, os\n"
    "print(sys.argv, sys.path[0], __file__, __name__, sys.getrecursionlimit(), [t.name for t in threading.enumerate()])\n"
    "print(threading.active_count(), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), sys.flags)\n"
    "print([p for p in sys.path if 'site' == os.path.basename(p)], sorted(globals()))\n",
    "uncaught exception": "def f():\n    raise ValueError('no')\ntry:\n    f()\nexcept ValueError as e:\n    raise KeyError(1) from e\n",
    "sys.exit with text": "import sys\nsys.exit('bye')\n",
    "sys.exit 3": "import sys\nsys.exit(3)\n",
    "sys.exit in a thread": "import sys, threading\nt = threading.Thread(target=sys.exit, args=(4,))\nt.start()\nt.join()\nprint('on')\n",
    "exception in a thread": "import threading\ndef f():\n    1 / 0\nt = threading.Thread(target=f, name='w')\nt.start()\nt.join()\n",
    "os._exit": "import os\nprint('x', flush=True)\nos._exit(5)\n",
    "KeyboardInterrupt": "raise KeyboardInterrupt\n",
    "SIGINT": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nfor i in range(10**7): pass\n",
    "SIGTERM": "import os, signal, time\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(5)\n",
    "SIGTERM handled": "import os, signal, time\nsignal.signal(signal.SIGTERM, lambda *a: print('handled'))\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(0.01)\nprint(signal.signal(signal.SIGTERM, signal.SIG_DFL) is not None, signal.getsignal(signal.SIGTERM))\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(5)\n",
    "SIGKILL": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "syntax error": "def f(:\n",
    "recursion error": "def f(n):\n    return f(n + 1)\nfor i in range(3):\n    try:\n        f(0)\n    except RecursionError as e:\n        print(type(e).__name__)\n",
    "warnings": "import warnings, os\nwarnings.warn('w')\nif os.fork() == 0:\n    os._exit(0)\nos.wait()\n",
    "atexit and del": "import atexit\natexit.register(print, 'atexit')\nclass A:\n    def __del__(self):\n        print('del')\na = A()\n",
    "excepthook": "import sys\nsys.excepthook = lambda t, v, tb: print('hook', t.__name__, tb.tb_lineno, tb.tb_next)\n1 / 0\n",
    "stdin": "print(input())\n",
    # Known: up to 3.9, a second `atexit` module would make what the first one registered forgotten, so ours stays.
    "modules and the import system": "import sys\nhidden = {'atexit'} if sys.version_info < (3, 10) else set()\nprint(sorted(set(sys.modules) - hidden), sys.path, sorted(sys.path_importer_cache), len(sys.meta_path), len(sys.path_hooks))\nprint(dir(sys), sys.flags, sys.warnoptions, sys._xoptions)\n",
    "what the interpreter is set to": "import gc, sys, warnings, threading, signal, os, locale\n"
    "print(gc.isenabled(), gc.get_threshold(), gc.callbacks, gc.get_debug(), sys.getswitchinterval(), warnings.filters)\n"
    "print(sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__, sys.unraisablehook is sys.__unraisablehook__)\n"
    "print(signal.pthread_sigmask(signal.SIG_BLOCK, []), [signal.getsignal(s) for s in sorted(signal.valid_signals())])\n"
    "print(os.getcwd() != '', os.umask(0), locale.setlocale(locale.LC_ALL), threading.stack_size(), sys.getrecursionlimit())\n",
    "file numbers": "import os\nfiles = [open(os.devnull) for _ in range(3)]\nprint([f.fileno() for f in files])\n",
    "recursion limit set": "import sys\nsys.setrecursionlimit(300)\nprint(sys.getrecursionlimit())\n",
    "exception in a raw thread": "import _thread, sys, time\nl = _thread.allocate_lock()\nl.acquire()\n"
    "def hook(a):\n    print(a.exc_type, a.err_msg, a.object is f, a.exc_traceback.tb_frame.f_code.co_name, a.exc_traceback.tb_next)\n    l.release()\n"
    "sys.unraisablehook = hook\ndef f():\n    1 / 0\n_thread.start_new_thread(f, ())\nl.acquire()\n",
    "SystemExit in a raw thread": "import _thread, time\nl = _thread.allocate_lock()\nl.acquire()\ndef f():\n    l.release()\n    _thread.exit()\n_thread.start_new_thread(f, ())\nl.acquire()\nprint('on')\n",
    "SIGHUP": "import os, signal, time\nos.kill(os.getpid(), signal.SIGHUP)\ntime.sleep(5)\n",
    "SIGUSR1": "import os, signal, time\nos.kill(os.getpid(), signal.SIGUSR1)\ntime.sleep(5)\n",
    "SIGINT handled": "import os, signal\nsignal.signal(signal.SIGINT, lambda *a: print(a[0]))\nos.kill(os.getpid(), signal.SIGINT)\nfor i in range(10000): pass\nprint(signal.signal(signal.SIGINT, signal.SIG_DFL) is not None)\nos.kill(os.getpid(), signal.SIGINT)\n",
    "SIGINT caught": "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    for i in range(10**7): pass\nexcept KeyboardInterrupt:\n    print('caught')\n",
    "SIGPIPE": "import sys\nimport os, signal\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL)\nr, w = os.pipe()\nos.close(r)\nos.write(w, b'x')\n",
    "signals ignored": "import os, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.kill(os.getpid(), signal.SIGTERM)\nprint(signal.getsignal(signal.SIGTERM), signal.signal(signal.SIGHUP, signal.SIG_IGN))\n",
    "signals that are odd": "import signal\nfor f in (lambda: signal.signal(999, signal.SIG_DFL), lambda: signal.getsignal(999), lambda: signal.signal(signal.SIGTERM, 7)):\n    try:\n        f()\n    except (ValueError, TypeError) as e:\n        print(type(e), e)\n",
    "exit in a handler of atexit": "import atexit, sys\natexit.register(sys.exit, 5)\natexit.register(print, 'first')\n",
    "order at the end": "import atexit, threading, weakref\nclass A:\n    def __del__(self): print('del')\na = A()\nweakref.finalize(a, print, 'finalize')\n"
    "atexit.register(print, 'exit 1')\natexit.register(print, 'exit 2')\nt = threading.Thread(target=lambda: (e.wait(0.05), print('thread')))\ne = threading.Event()\nt.start()\n",
    "daemon threads at the end": "import threading\nfor _ in range(3):\n    threading.Thread(target=threading.Event().wait, daemon=True).start()\nprint(sorted(t.daemon for t in threading.enumerate()))\n",
    "exec": "import os, sys\nprint('a', flush=True)\nos.execv(sys.executable, [sys.executable, '-c', 'import sys; print(sys.argv)', 'b'])\n",
    "fork": "import os, sys\npid = os.fork()\nif not pid:\n    print('child')\n    sys.exit(3)\nprint(os.waitpid(pid, 0)[1])\n",
    "environment of children": "import os, subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'import sys; print(sys.path, sys.argv)'], stdout=-1).stdout)\n",
    "resource warning": "import warnings\nwarnings.simplefilter('always')\ndef f():\n    open('/dev/null')\nf()\n",
    "traceback through imports": "import importlib, sys, os\nsys.path.insert(0, os.path.dirname(__file__))\nimport broken\n",
    "stack of a call": "import traceback, sys\ndef f():\n    traceback.print_stack()\n    print(sys._getframe(1).f_back)\nf()\n",
    "stack of a thread": "import threading, traceback\nt = threading.Thread(target=traceback.print_stack)\nt.start()\nt.join()\n",
    "asyncio": "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    if n == 2:\n        raise ValueError(n)\n    return n\nasync def main():\n    print(await asyncio.gather(*map(f, range(4)), return_exceptions=True))\n    await f(2)\nasyncio.run(main())\n",
    "executed code": "exec(compile('def f():\\n  raise KeyError\\nf()', 'made', 'exec'))\n",
    # Known: a code object with counters has more constants and a deeper stack, which are not looked at here.
    "locals and frames": "import sys\ndef f(a):\n    b = 2\n    g = sys._getframe()\n    print(sorted(locals()), g.f_lineno, g.f_code.co_name, g.f_code.co_names, g.f_code is f.__code__)\nf(1)\nprint(sorted(k for k in locals()))\n",
    "pickle and copy of functions": "import pickle, copy, inspect\ndef f(a, *, b=1):\n    return a + b\nprint(pickle.loads(pickle.dumps(f)) is f, copy.copy(f) is f, inspect.signature(f), inspect.getsource(f))\n",
}
#: Known: SIGPIPE, where the program lets it kill, leaves no time to send, as SIGKILL.
_KILLED = ("syntax error", "SIGKILL", "SIGPIPE")
BROKEN = "def f():\n    raise ValueError('on import')\nf()\n"
#: title -> (arguments, what the program reads, the file is counted, first version). The file is `program.py`.
COMMANDS = {
    "-m": (["-m", "program", "x"], b"", True, (3, 8)),
    "-m of a package": (["-m", "package", "x"], b"", True, (3, 8)),
    "-c": (["-c", "import program", "x"], b"", True, (3, 8)),
    "a folder": (["folder", "x"], b"", True, (3, 8)),
    "a zip": (["app.zip", "x"], b"", True, (3, 8)),
    "from the input": (["-", "x"], b"import program\n", True, (3, 8)),
    "the input alone": ([], b"import sys; sys.path.insert(0, '.')\nimport program\n", True, (3, 8)),
    "-B": (["-B", "program.py"], b"", True, (3, 8)),
    "-O": (["-O", "program.py"], b"", True, (3, 8)),
    "-u": (["-u", "program.py"], b"", True, (3, 8)),
    "-P": (["-P", "program.py"], b"", True, (3, 11)),
    "-s": (["-s", "program.py"], b"", True, (3, 8)),
    "-W error": (["-W", "error", "program.py"], b"", True, (3, 8)),
    "-X dev": (["-X", "dev", "program.py"], b"", True, (3, 8)),
    "-X faulthandler": (["-X", "faulthandler", "program.py"], b"", True, (3, 8)),
    "-X tracemalloc": (["-X", "tracemalloc", "program.py"], b"", True, (3, 8)),
    "-X utf8": (["-X", "utf8", "program.py"], b"", True, (3, 8)),
    "-bb": (["-bb", "program.py"], b"", True, (3, 8)),
    # Known: these switch off PYTHONPATH or `site`, by which the agent comes in, so nothing is counted.
    "-I": (["-I", "program.py"], b"", False, (3, 8)),
    "-E": (["-E", "program.py"], b"", False, (3, 8)),
    "-S": (["-S", "program.py"], b"", False, (3, 8)),
}
SEEN = """
import sys, os, threading, warnings, gc
print(sys.argv, sys.path, __name__, __spec__ and __spec__.name, globals().get('__file__'), sys.flags, sys.warnoptions)
main = sys.modules['__main__']
print(sorted(vars(main)), main.__spec__ and main.__spec__.name, type(main.__loader__), getattr(main, '__file__', None), main.__package__)
print(sorted(m for m in sys.modules if 'customize' in m or 'probes' in m), threading.active_count(), sys.dont_write_bytecode)
def f():
    return 1
f()
"""




def _plain(python, arguments, cwd, env=None, stdin=b""):
    return subprocess.run([python] + arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, input=stdin, timeout=60, cwd=cwd, env=env)


def _same(python, arguments, cwd, env=None, stdin=b"", counted=True):
    """Runs both ways; returns the differences as a list of sentences."""
    plain = _plain(python, arguments, cwd, env, stdin)
    traced, got = collect.collect([python] + arguments, [cwd], env=env, cwd=cwd, stdin=stdin)
    problems = []
    for what in ("returncode", "stdout", "stderr"):
        a, b = getattr(plain, what), getattr(traced, what)
        if what != "returncode":
            a, b = (re.sub(rb"0x[0-9a-f]{6,}", b"0x", each) for each in (a, b))
            if "-S" in arguments:  # Known: nobody takes our folder out of sys.path then.
                b = b.replace(repr(collect.SITE).encode() + b", ", b"")
        if a != b:
            problems.append("%s %s" % (what, _difference(b, a) if what != "returncode" else "%r, without us %r" % (b, a)))
    if bool(got["lines"]) is not counted:
        problems.append("something was counted" if got["lines"] else "nothing was counted")
    return problems


def _difference(ours, theirs):
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    at = max(0, at - 40)
    return "%r, without us %r" % (ours[at:at + 160], theirs[at:at + 160])


def _write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as stream:
        stream.write(text)
    return path


def _customized(python, folder):
    """A sitecustomize on PYTHONPATH and a usercustomize of the user; the first one fails in one of the cases."""
    user = os.path.join(folder, "user")
    site = subprocess.run([python, "-c", "import site; print(site.getusersitepackages())"], env=dict(os.environ, PYTHONUSERBASE=user), stdout=subprocess.PIPE, check=True, timeout=20)
    _write(site.stdout.decode().strip(), "usercustomize.py", "import sys\nprint('user', 'sitecustomize' in sys.modules)\n")
    for text in ("print('site', __name__, __file__)\n", "import nothing_of_that_name\n", "raise ValueError('site')\n"):
        custom = os.path.dirname(_write(folder, "custom/sitecustomize.py", text))
        yield "customized by " + text.strip(), dict(os.environ, PYTHONPATH=custom, PYTHONUSERBASE=user)


def run(python, version):
    passed, failed, skipped = 0, [], []

    def judge(title, problems):
        nonlocal passed
        passed += not problems
        if problems:
            failed.append("%s: %s" % (title, "; ".join(problems)))

    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        _write(folder, "broken.py", BROKEN)
        for name, source in PROGRAMS.items():
            script = _write(folder, "program.py", source)
            judge(name, _same(python, [script, "a b", "--c"], folder, counted=name not in _KILLED))
        for name in ("program.py", "package/__main__.py", "folder/__main__.py"):
            _write(folder, name, SEEN)
        _write(folder, "package/__init__.py", "")
        with zipfile.ZipFile(os.path.join(folder, "app.zip"), "w") as archive:
            archive.writestr("__main__.py", SEEN)
        for name, (arguments, stdin, counted, since) in COMMANDS.items():
            if version < since:
                skipped.append("%s: needs %d.%d" % (name, *since))
            else:
                judge(name, _same(python, arguments, folder, stdin=stdin, counted=counted))
        for name, env in _customized(python, folder):
            judge(name, _same(python, ["program.py"], folder, env=env))
        venv = os.path.join(folder, "venv")
        subprocess.run([python, "-m", "venv", "--without-pip", "--symlinks", venv], check=True, timeout=60, stdout=subprocess.DEVNULL)
        judge("a virtual environment", _same(os.path.join(venv, "bin", "python"), ["program.py"], folder))
    return passed, failed, skipped
