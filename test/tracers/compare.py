"""Compares CPython's embedded markers, counted by bpftrace, with the agent and with the independent recorder.

For each interpreter that has function__entry, function__return and line, and each program of test/support/programs:
- the full multisets (file, function, line of the event) of entry and return equal those of the recorder;
- their totals by (file, function) equal those that the agent reports, and the agent's lines equal the recorder's;
- where 3.11's `line` marker differs from `line` of sys.settrace, every difference has a cause that line_marker.py names.
The last line is `N passed, N failed`. Where uprobes can't be had, it says why and nothing counts.
"""
import os
import shutil
import sys
import tempfile
from collections import Counter

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [_HERE, os.path.join(_HERE, "..", "support"), os.path.join(_HERE, "..", "agent")]

import bpf  # noqa: E402
import collect  # noqa: E402
import interpreters  # noqa: E402
import line_marker  # noqa: E402
import notes  # noqa: E402
import suite_exactness  # noqa: E402

_WANTED = {"function__entry", "function__return", "line"}
_PROGRAMS = os.path.join(_HERE, "..", "support", "programs")


def programs(folder, version):
    """(name, arguments, the recorder's script, needs a newer Python) of the copy in folder."""
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            path = os.path.join(folder, name)
            with open(path) as stream:
                newer = stream.readline().startswith("# needs 3.10") and version < (3, 10)
            yield name, [path], path, newer
    yield "package (-m)", ["-m", "package"], "-mpackage", False


def by_function(multiset):
    """(file, function): n, of keys (file, function, any line)."""
    total = Counter()
    for (file, function, _), n in multiset.items():
        total[file, function] += n
    return total


def differences(what, left, right, names):
    """Sentences for the keys whose counts differ; none if the multisets are equal."""
    keys = sorted(k for k in set(left) | set(right) if left[k] != right[k])
    if not keys:
        return []
    shown = ["%s %s %d, %s %d" % (":".join(str(p) for p in k).rsplit("/", 1)[-1], names[0], left[k], names[1], right[k]) for k in keys[:3]]
    return ["%s differs in %d keys: %s" % (what, len(keys), "; ".join(shown))]


def compare(python, binary, arguments, recorded, folder):
    """(problems, number of events, [(file, line, marker's count, settrace's count)], entry's multiset) of a program."""
    marked = bpf.count(binary, [python] + arguments, folder, folder)
    expected = suite_exactness.record(python, recorded, folder, folder)
    done, agent = collect.collect([python] + arguments, [folder], cwd=folder)
    problems = [] if done.returncode == 0 else ["under the agent the exit code was %d" % done.returncode]
    for kind, ours in (("entry", "calls"), ("return", "returns")):
        if not marked[kind]:
            problems.append("%s fired nowhere" % kind)
        problems += differences(kind + " by (file, function, line)", marked[kind], expected["marker_" + kind], ("marker", "recorder"))
        problems += differences(kind + " by (file, function)", by_function(marked[kind]), by_function(+agent[ours]), ("marker", "agent"))
    problems += differences("line", +agent["lines"], expected["line"], ("agent", "recorder"))
    lines = Counter()
    for (file, _, line), n in marked["line"].items():
        lines[file, line] += n
    keys = sorted(k for k in set(lines) | set(expected["line"]) if lines[k] != expected["line"][k])
    events = sum(sum(c.values()) for c in marked.values())
    return problems, events, [k + (lines[k], expected["line"][k]) for k in keys], marked["entry"]


def run(python, text, binary, causes):
    """Runs every program on one interpreter; (passed, failed)."""
    version = tuple(int(n) for n in text.split("."))
    passed = failed = 0
    place = os.path.realpath(tempfile.mkdtemp(prefix="m-", dir="/tmp"))  # short: bpftrace keeps 100 bytes of a name
    try:
        folder = os.path.join(place, "p")
        shutil.copytree(_PROGRAMS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name, arguments, recorded, newer in programs(folder, version):
            if newer:
                print("%-8s %-20s not run: its syntax needs 3.10" % (text, name))
                continue
            try:
                problems, events, lines, entries = compare(python, binary, arguments, recorded, folder)
            except bpf.Failed as error:
                problems, events, lines, entries = ["bpftrace: %s" % error], 0, [], {}
            for file, line, marker, settrace in lines:
                cause = line_marker.cause(file, line, marker, settrace, entries)
                causes.setdefault(cause, []).append((text, os.path.relpath(file, folder), line, marker, settrace))
                if cause is None and version[:2] == line_marker.KNOWN:
                    problems.append("the line marker differs without a known cause at %s:%d: marker %d, settrace %d" % (os.path.relpath(file, folder), line, marker, settrace))
            print("%-8s %-20s %s" % (text, name, "FAILED: " + "; ".join(problems) if problems else "equal, %d events; the line marker differs on %d lines" % (events, len(lines))), flush=True)
            passed, failed = (passed, failed + 1) if problems else (passed + 1, failed)
    finally:
        shutil.rmtree(place)
    return passed, failed


def main():
    found, skipped = interpreters.find()
    passed = failed = cells = 0
    causes = {}
    for each in skipped:
        print("not run:", each)
    for text, python in found:
        binary, has = notes.binary(python)
        reason = None
        if not _WANTED <= has:
            reason = "it has no marker " + ", ".join(sorted(_WANTED - has))
        reason = reason or bpf.why_not(binary, python)
        if reason:
            print("not run: %s (%s): %s" % (text, python, reason))
            continue
        cells += 1
        good, bad = run(python, text, binary, causes)
        passed, failed = passed + good, failed + bad
    if not cells:
        print("The comparison with the embedded markers did not run, for the reasons above.")
    for cause, places in sorted(causes.items(), key=str):
        print("\nthe line marker: %s" % (cause or "NO KNOWN CAUSE"))
        for text, file, line, marker, settrace in places:
            print("  %s %s:%d marker %d, settrace %d" % (text, file, line, marker, settrace))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
