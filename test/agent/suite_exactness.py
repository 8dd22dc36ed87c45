"""Line, entry and return counts of the agent equal those of an independent recorder, program by program."""
import json
import os
import subprocess
import tempfile
from collections import Counter

import collect

_PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "programs")
_RECORDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "recorder.py")


def record(python, script, folder, cwd):
    with tempfile.TemporaryDirectory() as place:
        output = os.path.join(place, "out.json")
        subprocess.run([python, _RECORDER, output, folder, script], cwd=cwd, check=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        with open(output) as stream:
            data = json.load(stream)
    return {kind: Counter({tuple(row[:-1]): row[-1] for row in rows}) for kind, rows in data.items()}


def difference(ours, theirs):
    keys = sorted(k for k in set(ours) | set(theirs) if ours[k] != theirs[k])
    return ", ".join("%s agent %d recorder %d" % (":".join(str(p) for p in k[-2:]), ours[k], theirs[k]) for k in keys[:4])


def programs(version):
    folder = os.path.realpath(_PROGRAMS)
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            with open(os.path.join(folder, name)) as stream:
                newer = stream.readline().startswith("# needs 3.10") and version < (3, 10)
            yield name, [os.path.join(folder, name)], os.path.join(folder, name), newer
    yield "package (-m)", ["-m", "package"], "-mpackage", False


#: What is asked for decides which engine counts, and how.
MODES = {"": (True, True, "auto"), " (lines alone)": (True, False, "auto"), " (calls alone)": (False, True, "auto")}
#: Where counters are injected, the same is counted by monitoring as well, which stands in where they can't be.
BOTH = {" (monitoring)": (True, True, "monitoring")}
KINDS = (("lines", "line"), ("calls", "entry"), ("returns", "return"))


def run(python, version):
    passed, failed, skipped = 0, [], []
    folder = os.path.realpath(_PROGRAMS)
    for name, arguments, recorded, newer in programs(version):
        if newer:
            skipped.append("%s: its syntax needs 3.10" % name)
            continue
        expected = record(python, recorded, folder, folder)
        modes = dict(MODES, **BOTH) if version >= (3, 12) else MODES
        for mode, (lines, functions, engine) in modes.items():
            options = {"lines": lines, "functions": functions, "engine": engine}
            done, got = collect.collect([python] + arguments, [folder], cwd=folder, **options)
            problems = [] if expected["line"] else ["the recorder saw nothing"]
            used = {hello["engine"] for hello in got["hellos"]}
            if version >= (3, 12) and used != {"injection" if engine == "auto" else engine}:
                problems.append("counted by %s" % ", ".join(used))
            if done.returncode != 0:
                problems.append("exit %d %s" % (done.returncode, done.stderr.decode()[-200:]))
            for ours, theirs in KINDS:
                found = +got[ours]
                if found != (expected[theirs] if (lines if ours == "lines" else functions) else Counter()):
                    problems.append("%s: %s" % (ours, difference(found, expected[theirs])))
            if problems:
                failed.append("%s%s: %s" % (name, mode, "; ".join(problems)))
            else:
                passed += 1
    return passed, failed, skipped
