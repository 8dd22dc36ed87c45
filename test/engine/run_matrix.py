"""Runs D scripts in the embedded engine on every interpreter found, and compares what they print: their counts with an
independent recorder, program by program, and the how-to's call hierarchy with the one that its manual shows.

The last line is `N passed, N failed`; cells that could not run are named above it.
"""
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter

_HERE = os.path.dirname(os.path.abspath(__file__))
_ROOT = os.path.realpath(os.path.join(_HERE, "..", ".."))
sys.path[:0] = [os.path.join(_HERE, "..", "agent"), os.path.join(_HERE, "..", "support")]

import interpreters  # noqa: E402
import suite_exactness  # noqa: E402

_CLI = ["node", os.path.join(_ROOT, "dist", "cli.js")]
_COUNT = """#pragma D option quiet
#pragma D option strsize=1k
python$target:::function-entry { @e[copyinstr(arg0), copyinstr(arg1), arg2] = count(); }
python$target:::function-return { @r[copyinstr(arg0), copyinstr(arg1), arg2] = count(); }
python$target:::line { @l[copyinstr(arg0), copyinstr(arg1), arg2] = count(); }
END {
    printa("ENTRY\\t%s\\t%s\\t%d\\t%@d\\n", @e);
    printa("RETURN\\t%s\\t%s\\t%d\\t%@d\\n", @r);
    printa("LINE\\t%s\\t%s\\t%d\\t%@d\\n", @l);
}
"""


def run(script, python, arguments, cwd, *options):
    """(exit code, the script's output without the program's own, stderr)."""
    with tempfile.TemporaryDirectory() as place:
        path, output = os.path.join(place, "script.d"), os.path.join(place, "out")
        with open(path, "w") as stream:
            stream.write(script)
        command = " ".join([python] + arguments)
        done = subprocess.run(_CLI + ["run", "-o", output] + list(options) + ["-c", command, path], cwd=cwd, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        with open(output, encoding="utf-8", errors="surrogateescape") as stream:
            return done.returncode, stream.read(), done.stderr.decode("utf-8", "replace")


def counts(text, kind, folder):
    """{(file, name, line): n} of the program's own files."""
    found = Counter()
    for line in text.splitlines():
        parts = line.split("\t")
        if parts[0] == kind:
            path = os.path.join(folder, parts[1])
            if path.startswith(folder + os.sep) and not parts[1].startswith("<"):
                found[path, parts[2], int(parts[3])] += int(parts[4])
    return found


def compare(python, version):
    """[(name, problem or None)…] for every program."""
    folder = os.path.realpath(suite_exactness._PROGRAMS)
    for name, arguments, recorded, newer in suite_exactness.programs(version):
        if newer:
            yield name, "skipped: its syntax needs 3.10"
            continue
        expected = suite_exactness.record(python, recorded, folder, folder)
        code, text, errors = run(_COUNT, python, arguments, folder)
        problems = [] if code == 0 else ["exit %d %s" % (code, errors[-200:])]
        lines = Counter()
        for (file, _, line), n in counts(text, "LINE", folder).items():
            lines[file, line] += n
        for ours, theirs, what in ((counts(text, "ENTRY", folder), expected["marker_entry"], "entry"),
                                   (counts(text, "RETURN", folder), expected["marker_return"], "return"), (lines, expected["line"], "line")):
            if ours != theirs:
                problems.append("%s: %s" % (what, suite_exactness.difference(ours, theirs)))
        yield name, "; ".join(problems) or None


_HIERARCHY = """self int indent;
python$target:::function-entry /copyinstr(arg1) == "start"/ { self->trace = 1; }
python$target:::function-entry /self->trace/ {
    printf("%d\\t%*s:", timestamp, 15, probename); printf("%*s", self->indent, "");
    printf("%s:%s:%d\\n", basename(copyinstr(arg0)), copyinstr(arg1), arg2); self->indent++;
}
python$target:::function-return /self->trace/ {
    self->indent--;
    printf("%d\\t%*s:", timestamp, 15, probename); printf("%*s", self->indent, "");
    printf("%s:%s:%d\\n", basename(copyinstr(arg0)), copyinstr(arg1), arg2);
}
python$target:::function-return /copyinstr(arg1) == "start"/ { self->trace = 0; }
"""
_CALLS = "def one():\n    return two(1)\ndef two(n):\n    return n\ndef start():\n    one()\n    two(2)\nstart()\none()\n"
_EXPECTED = """ function-entry:calls.py:start:5
 function-entry: calls.py:one:1
 function-entry:  calls.py:two:3
function-return:  calls.py:two:4
function-return: calls.py:one:2
 function-entry: calls.py:two:3
function-return: calls.py:two:4
function-return:calls.py:start:7
"""


def hierarchy(python):
    """The how-to's script on a program of its kind."""
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "calls.py"), "w") as stream:
            stream.write(_CALLS)
        _, text, errors = run(_HIERARCHY, python, ["calls.py"], place, "-q")
    shown = re.sub(r"^\d+\t", "", text, flags=re.M).rstrip("\n") + "\n"
    return None if shown == _EXPECTED else "the call hierarchy is %r %s" % (shown, errors[-200:])


_CHILDREN = """import os, subprocess, sys
def work():
    return 1
work()
pid = os.fork()
if not pid:
    work()
    os._exit(0)
os.waitpid(pid, 0)
subprocess.run([sys.executable, "-c", "def work(): pass\\nwork()"])
work()
"""


def children(python):
    """A script's target is one process: its forks and the Pythons that it starts are not counted, and print nothing."""
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "family.py"), "w") as stream:
            stream.write(_CHILDREN)
        script = 'BEGIN { printf("begin "); } python$target:::function-entry /copyinstr(arg1) == "work"/ { n++; } END { printf("work %d", n); }'
        code, text, errors = run(script, python, ["family.py"], place, "-q")
    return None if (code, text.strip()) == (0, "begin work 2") else "%d %r %s" % (code, text, errors[-200:])


def main():
    found, skipped = interpreters.find()
    passed = failed = 0
    for each in skipped:
        print("not run:", each)
    for text, python in found:
        version = tuple(int(n) for n in text.split("."))
        cells = list(compare(python, version)) + [("the how-to's call hierarchy", hierarchy(python)), ("children", children(python))]
        bad = [(name, why) for name, why in cells if why and not why.startswith("skipped")]
        for name, why in cells:
            if why and why.startswith("skipped"):
                print("not run: %s %s: %s" % (text, name, why[9:]))
        good = sum(1 for _, why in cells if why is None)
        passed, failed = passed + good, failed + len(bad)
        print("%-8s %d ok%s" % (text, good, "".join("\n  FAILED %s: %s" % row for row in bad)), flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
