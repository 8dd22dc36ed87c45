"""Counts are complete in every process of the program, up to its last event, however it ends."""
import os
import tempfile

import collect

HELPER = "def work(n):\n    for i in range(n):\n        pass\n    return n\n"
# Each program calls work(n) so that its entries and the loop's lines are known.
PROGRAMS = {
    "fork": ("import os\nfrom helper import work\nwork(1)\npid = os.fork()\nif pid == 0:\n    work(2)\n    os._exit(0)\nos.waitpid(pid, 0)\nwork(3)\n", 3, 6),
    "multiprocessing fork": ("import multiprocessing as m\nfrom helper import work\nif __name__ == '__main__':\n    c = m.get_context('fork')\n    with c.Pool(2) as p:\n        print(p.map(work, [1, 2, 3, 4]))\n        p.close()\n        p.join()\n", 4, 10),
    "multiprocessing spawn": ("import multiprocessing as m\nfrom helper import work\nif __name__ == '__main__':\n    c = m.get_context('spawn')\n    p = c.Process(target=work, args=(5,))\n    p.start()\n    p.join()\n", 1, 5),
    "subprocess": ("import subprocess, sys\nfrom helper import work\nwork(1)\nsubprocess.run([sys.executable, '-c', 'from helper import work; work(7)'], check=True)\n", 2, 8),
    "exec": ("import os, sys\nfrom helper import work\nwork(2)\nos.execv(sys.executable, [sys.executable, '-c', 'from helper import work; work(3)'])\n", 2, 5),
    "os._exit in a thread": ("import os, threading\nfrom helper import work\ndef end():\n    work(4)\n    os._exit(0)\nthreading.Thread(target=end).start()\nthreading.Event().wait()\n", 1, 4),
    "uncaught": ("from helper import work\nwork(3)\nraise SystemExit(0)\n", 1, 3),
    "SIGTERM": ("import os, signal, time\nfrom helper import work\nwork(6)\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(9)\n", 1, 6),
    "SIGINT": ("import os, signal\nfrom helper import work\nwork(6)\nos.kill(os.getpid(), signal.SIGINT)\nfor i in range(10**7): pass\n", 1, 6),
    "threads": ("import threading\nfrom helper import work\nts = [threading.Thread(target=work, args=(20000,)) for _ in range(4)]\nfor t in ts: t.start()\nfor t in ts: t.join()\n", 4, 80000),
    "daemon thread": ("import threading\nfrom helper import work\nt = threading.Thread(target=work, args=(9,), daemon=True)\nt.start()\nt.join()\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n", 1, 9),
    "at exit": ("import atexit\nfrom helper import work\natexit.register(work, 3)\n", 1, 3),
    "at the very end": ("from helper import work\nclass A:\n    def __init__(self, f): self.f = f\n    def __del__(self): self.f(2)\na = A(work)\n", 1, 2),
    "many children": ("import os\nfrom helper import work\nfor i in range(20):\n    if os.fork() == 0:\n        work(1)\n        os._exit(0)\nfor i in range(20): os.wait()\n", 20, 20),
}


def run(python, version):
    passed, failed = 0, []
    for name, (source, calls, loops) in PROGRAMS.items():
        with tempfile.TemporaryDirectory() as folder:
            folder = os.path.realpath(folder)
            for file, text in (("helper.py", HELPER), ("program.py", source)):
                with open(os.path.join(folder, file), "w") as stream:
                    stream.write(text)
            for lines in (True, False):
                done, got = collect.collect([python, os.path.join(folder, "program.py")], [folder], cwd=folder, lines=lines)
                helper = os.path.join(folder, "helper.py")
                entries = got["calls"][helper, "work", 1]
                returns = got["returns"][helper, "work", 1]
                passes = got["lines"][helper, 3]
                if (entries, returns, passes) == (calls, calls, loops if lines else 0):
                    passed += 1
                else:
                    failed.append("%s%s: entries %d returns %d of %d, line 3 ran %d of %d (exit %d) %s" % (
                        name, "" if lines else " (calls alone)", entries, returns, calls, passes, loops, done.returncode, done.stderr.decode()[-300:]))
    return passed, failed, []
