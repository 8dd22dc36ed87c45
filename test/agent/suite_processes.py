"""Counts are complete in every process of the program, up to its last event, however it ends."""
import os
import subprocess
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
    "forkserver": ("import multiprocessing as m\nfrom helper import work\nif __name__ == '__main__':\n    c = m.get_context('forkserver')\n    ps = [c.Process(target=work, args=(5,)) for _ in range(2)]\n    for p in ps: p.start()\n    for p in ps: p.join()\n", 2, 10),
    "pool that is terminated": ("import multiprocessing as m\nfrom helper import work\nif __name__ == '__main__':\n    with m.get_context('fork').Pool(2) as p:\n        p.map(work, [3] * 6)\n", 6, 18),
    "executor of processes": ("import concurrent.futures as f, multiprocessing as m\nfrom helper import work\nif __name__ == '__main__':\n    with f.ProcessPoolExecutor(2, mp_context=m.get_context('spawn')) as e:\n        list(e.map(work, [2, 3]))\n", 2, 5),
    "executor of threads": ("import concurrent.futures as f\nfrom helper import work\nwith f.ThreadPoolExecutor(3) as e:\n    list(e.map(work, [2] * 9))\n", 9, 18),
    "subprocess with an environment": ("import os, subprocess, sys\nsubprocess.run([sys.executable, '-c', 'from helper import work; work(7)'], env=dict(os.environ, X='1'))\n", 1, 7),
    "posix_spawn": ("import os, sys\npid = os.posix_spawn(sys.executable, [sys.executable, '-c', 'from helper import work; work(7)'], os.environ)\nos.waitpid(pid, 0)\n", 1, 7),
    "shell": ("import os, sys\nos.system(sys.executable + ' -c \"from helper import work; work(7)\"')\n", 1, 7),
    "asyncio subprocess": ("import asyncio, sys\nasync def main():\n    p = await asyncio.create_subprocess_exec(sys.executable, '-c', 'from helper import work; work(7)')\n    await p.wait()\nasyncio.run(main())\n", 1, 7),
    "exec that fails": ("import os\nfrom helper import work\nwork(1)\ntry:\n    os.execv('/no/such/file', ['x'])\nexcept OSError:\n    work(2)\n", 2, 3),
    "SIGHUP": ("import os, signal, time\nfrom helper import work\nwork(6)\nos.kill(os.getpid(), signal.SIGHUP)\ntime.sleep(9)\n", 1, 6),
    "SIGALRM": ("import signal, time\nfrom helper import work\nwork(6)\nsignal.alarm(1)\ntime.sleep(9)\n", 1, 6),
    "SIGINT that kills": ("import os, signal, time\nfrom helper import work\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\nwork(6)\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n", 1, 6),
    "SIGTERM in a child": ("import os, signal, time\nfrom helper import work\nr, w = os.pipe()\npid = os.fork()\nif not pid:\n    work(4)\n    os.write(w, b'x')\n    time.sleep(9)\nos.read(r, 1)\nos.kill(pid, signal.SIGTERM)\nos.waitpid(pid, 0)\n", 1, 4),
    "sigwait": ("import os, signal\nfrom helper import work\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\nos.kill(os.getpid(), signal.SIGTERM)\nsignal.sigwait([signal.SIGTERM])\nwork(3)\n", 1, 3),
    "daemon that closes all files": ("import os\nfrom helper import work\nwork(1)\nif os.fork():\n    os.wait()\n    os._exit(0)\nos.setsid()\nos.closerange(3, 2000)\nf = open('log', 'w+')\nwork(2)\nprint('x', file=f, flush=True)\nf.seek(0)\nassert f.read() == 'x\\n'\nwork(3)\n", 3, 6),
    "files that take our number": ("import os\nfrom helper import work\nwork(1)\nfiles = [os.open('log%d' % i, os.O_CREAT | os.O_RDWR) for i in range(3)]\nfor number in range(40, 1010):\n    os.dup2(files[0], number)\nwork(2)\nos.write(1000, b'x')\nassert os.fstat(files[0]).st_size == 1\n", 2, 3),
    "thread that raises": ("import threading, _thread, time\nfrom helper import work\ndef f():\n    work(2)\n    raise ValueError\nt = threading.Thread(target=f)\nt.start()\nt.join()\n", 1, 2),
    "threads one after another": ("import threading\nfrom helper import work\nfor i in range(60):\n    t = threading.Thread(target=work, args=(1,))\n    t.start()\n    t.join()\n", 60, 60),
    "raw threads": ("import _thread\nfrom helper import work\nlock = _thread.allocate_lock()\nlock.acquire()\ndef f():\n    work(2)\n    lock.release()\nfor i in range(5):\n    _thread.start_new_thread(f, ())\n    lock.acquire()\n", 5, 10),
    "subclass of Thread": ("import threading\nfrom helper import work\nclass T(threading.Thread):\n    def run(self):\n        work(4)\nt = T()\nt.start()\nt.join()\n", 1, 4),
    "thread function that is counted itself": ("import threading\nfrom helper import work\nclass T(threading.Thread):\n    run = lambda self: work(4)\nt = T()\nt.start()\nt.join()\n", 1, 4),
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
                title = name if lines else name + " (calls alone)"
                try:
                    done, got = collect.collect([python, os.path.join(folder, "program.py")], [folder], cwd=folder, lines=lines, seconds=30)
                except subprocess.TimeoutExpired as error:
                    failed.append("%s: did not end, %s" % (title, (error.stderr or b"").decode()[-300:]))
                    continue
                helper = os.path.join(folder, "helper.py")
                entries = got["calls"][helper, "work", 1]
                returns = got["returns"][helper, "work", 1]
                passes = got["lines"][helper, 3]
                if (entries, returns, passes) == (calls, calls, loops if lines else 0):
                    passed += 1
                else:
                    failed.append("%s: entries %d returns %d of %d, line 3 ran %d of %d (exit %d) %s" % (
                        title, entries, returns, calls, passes, loops, done.returncode, done.stderr.decode()[-300:]))
    return passed, failed, []
