"""The same program with and without the agent: output, errors, exit code, and what the program sees of itself."""
import os
import subprocess
import tempfile

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
}


def _plain(python, script):
    return subprocess.run([python, script, "a b", "--c"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60)


def run(python, version):
    passed, failed, skipped = 0, [], []
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        for name, source in PROGRAMS.items():
            script = os.path.join(folder, "program.py")
            with open(script, "w") as stream:
                stream.write(source)
            plain = _plain(python, script)
            traced, got = collect.collect([python, script, "a b", "--c"], [folder])
            problems = []
            for what in ("returncode", "stdout", "stderr"):
                a, b = getattr(plain, what), getattr(traced, what)
                if what != "returncode":
                    a, b = (x.replace(str(os.getpid()).encode(), b"") for x in (a, b))
                if a != b:
                    problems.append("%s %r, without us %r" % (what, b, a))
            if name not in ("syntax error", "SIGKILL") and not got["lines"]:
                problems.append("nothing was counted")
            if problems:
                failed.append("%s: %s" % (name, "; ".join(problems)))
            else:
                passed += 1
    return passed, failed, skipped
