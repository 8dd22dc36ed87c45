"""Counters in code objects: the structure of what is rewritten, and their counts beside monitoring's and settrace's."""
import json
import os
import subprocess
import tempfile

import collect
import generate
from suite_exactness import KINDS, difference, record

_HERE = os.path.dirname(os.path.abspath(__file__))
_WORKLOAD = os.path.join(_HERE, "..", "support", "workload.py")
_ASK = "import os; print(os.path.dirname(os.path.realpath(os.__file__)))"
#: Code objects of the standard library; all of them are looked at with `rewritten.py 100000`.
_REWRITTEN = 2000
_SEEDS = (1, 2, 3)


def _structure(python):
    command = [python, "-W", "ignore", os.path.join(_HERE, "rewritten.py"), str(_REWRITTEN)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if done.returncode != 0:
        return ["rewriting the library: exit %d %s" % (done.returncode, done.stderr.decode()[-300:])]
    found = json.loads(done.stdout.decode())
    if found["done"] < _REWRITTEN / 2 or sum(found["left"].values()) > found["done"] / 20:
        found["wrong"].append("only %d rewritten, %r left" % (found["done"], found["left"]))
    return found["wrong"]


def _library(python):
    """Much of the standard library runs, and is counted line by line, by both engines."""
    library = subprocess.run([python, "-I", "-c", _ASK], stdout=subprocess.PIPE, check=True, timeout=20).stdout.decode().strip()
    environment = dict(os.environ, PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1")
    both = []
    for engine in ("injection", "monitoring"):
        done, got = collect.collect([python, "-W", "ignore", _WORKLOAD], [library], env=environment, engine=engine)
        if done.returncode != 0:
            return ["the library by %s: exit %d %s" % (engine, done.returncode, done.stderr.decode()[-300:])]
        both.append(got)
    problems = [] if len(both[0]["lines"]) > 10000 else ["the library: only %d lines ran" % len(both[0]["lines"])]
    for ours, _ in KINDS:
        a, b = +both[0][ours], +both[1][ours]
        if a != b:
            problems.append("the library, %s: %s" % (ours, difference(a, b)))
    return problems


def _generated(python, seed):
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        script = os.path.join(folder, "program.py")
        with open(script, "w") as stream:
            stream.write(generate.program(seed, 5))
        expected = record(python, script, folder, folder)
        done, got = collect.collect([python, "-W", "ignore", script], [folder], cwd=folder, engine="injection")
        problems = [] if done.returncode == 0 else ["exit %d %s" % (done.returncode, done.stderr.decode()[-200:])]
        for ours, theirs in KINDS:
            if +got[ours] != expected[theirs]:
                problems.append("%s: %s" % (ours, difference(+got[ours], expected[theirs])))
        return ["generated program %d: %s" % (seed, each) for each in problems]


def run(python, version):
    if version < (3, 12):
        return 0, [], []
    parts = [_structure(python), _library(python)] + [_generated(python, seed) for seed in _SEEDS]
    return sum(1 for each in parts if not each), ["; ".join(each) for each in parts if each], []
