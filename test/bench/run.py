"""Measures what counting costs: our modes beside `trace --count`, cProfile and coverage.py, on the same programs.

Each repetition runs every mode once, in turn, so that a machine that slows down slows all of them; the table shows
medians as ratios to the untraced program. See docs/benchmarks.md. Not a part of `npm test`.
"""
import argparse
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(_HERE, "..", "agent"), os.path.join(_HERE, "..", "support")]

import collect  # noqa: E402
import interpreters  # noqa: E402

PROGRAMS = os.path.join(os.path.realpath(_HERE), "programs")
SIX = ["recursion", "loops", "objects", "generators", "strings", "syntax"]
LIBRARY = "library"
_ASK = "import sysconfig; print(sysconfig.get_path('stdlib'))"
_LIMIT = 600


class Unmeasured(Exception):
    """A mode that could not be measured; the message says why."""


def modes(python):
    """{title: (kind, argument)}: the agent's options with the include, or another tool's command."""
    stdlib = subprocess.run([python, "-I", "-c", _ASK], stdout=subprocess.PIPE, check=True, timeout=20).stdout.decode().strip()
    lines, calls = {"lines": True, "functions": False}, {"lines": False, "functions": True}
    found = {
        "untraced": ("tool", []),
        "lines": ("agent", (lines, [PROGRAMS])),
        "lines, stdlib too": ("agent", (lines, [PROGRAMS, stdlib])),
        "calls": ("agent", (calls, [PROGRAMS])),
        "lines and calls": ("agent", ({"lines": True, "functions": True}, [PROGRAMS])),
        "trace --count": ("tool", ["-m", "trace", "--count", "-C", "{place}"]),
        "cProfile": ("tool", ["-m", "cProfile", "-o", "{place}/profile"]),
    }
    if subprocess.run([python, "-c", "import coverage"], stderr=subprocess.DEVNULL, timeout=20).returncode == 0:
        found["coverage.py"] = ("tool", ["-m", "coverage", "run", "--data-file={place}/coverage"])
    return found


def measure(python, mode, program, scale, place):
    """Seconds that the program took by its own clock, and the engine that counted it (None for other tools)."""
    kind, argument = mode
    output = os.path.join(place, "seconds")
    environment = dict(os.environ, BENCH_SECONDS=output)
    script = [os.path.join(PROGRAMS, program + ".py"), repr(scale)]
    engine = None
    if kind == "agent":
        options, include = argument
        done, got = collect.collect([python] + script, include, env=environment, seconds=_LIMIT, **options)
        if done.returncode == 0 and not +got["lines" if options["lines"] else "calls"]:
            raise Unmeasured("the agent counted nothing")
        if got["byes"] < len(got["hellos"]):
            # An agent whose reader has gone stops counting: the rest of such a run would be measured untraced.
            raise Unmeasured("the agent's connection ended before its last message")
        engine = got["hellos"][0]["engine"] if got["hellos"] else None
    else:
        command = [python] + [each.replace("{place}", place) for each in argument] + script
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=_LIMIT)
    if done.returncode != 0 or not os.path.exists(output):
        raise Unmeasured("exit code %d: %s" % (done.returncode, done.stderr.decode("utf-8", "replace").strip()[-200:]))
    with open(output) as stream:
        seconds = float(stream.read())
    os.unlink(output)
    return seconds, engine


def bench(python, programs, repeat, scale):
    """({(program, title): [seconds…]}, {title: why it was not measured}, engines)."""
    table, broken, engines = {}, {}, set()
    for program in programs:
        for _ in range(repeat):
            for title, mode in modes(python).items():
                place = tempfile.mkdtemp(prefix="bench-")
                try:
                    seconds, engine = measure(python, mode, program, scale, place)
                    table.setdefault((program, title), []).append(seconds)
                    engines |= {engine} - {None}
                except (Unmeasured, subprocess.TimeoutExpired) as error:
                    broken["%s, %s" % (program, title)] = str(error)
                finally:
                    shutil.rmtree(place)
    return table, broken, engines


def report(programs, titles, table):
    """The Markdown table: ratios of medians to the untraced program's median."""
    medians = {key: statistics.median(seconds) for key, seconds in table.items()}

    def ratio(program, title):
        a, b = medians.get((program, title)), medians.get((program, "untraced"))
        return a / b if a and b else None

    def row(name, untraced, values):
        return "| %s | %s | %s |" % (name, untraced, " | ".join("–" if v is None else "%.2f" % v for v in values))

    traced = [t for t in titles if t != "untraced"]
    out = ["| program | untraced, s | %s |" % " | ".join(traced), "| --- |" + " --- |" * (len(traced) + 1)]
    for program in programs:
        own = medians.get((program, "untraced"))
        out.append(row(program, "–" if own is None else "%.3f" % own, [ratio(program, t) for t in traced]))
    six = [p for p in programs if p in SIX]
    means = []
    for title in traced:
        ratios = [ratio(p, title) for p in six]
        whole = ratios and all(ratios)
        means.append(math.exp(sum(map(math.log, ratios)) / len(ratios)) if whole else None)
    out.append(row("**geometric mean of %s**" % ("the six" if len(six) == 6 else ", ".join(six)), "", means))
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", help="interpreters to measure (default: all found)")
    parser.add_argument("--repeat", type=int, default=7, help="interleaved repetitions (default: 7)")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the programs (default: 1, about 0.2 s untraced)")
    parser.add_argument("--programs", default=",".join(SIX + [LIBRARY]), help="some of the programs, with commas between")
    parser.add_argument("--quick", action="store_true", help="one interpreter in under three minutes: --repeat 3 --scale 0.25")
    options = parser.parse_args()
    if options.quick:
        options.repeat, options.scale = 3, 0.25
    programs = options.programs.split(",")
    odd = [p for p in programs if p not in SIX + [LIBRARY]]
    if odd:
        parser.error("there is no program %s; there are %s" % (odd[0], ", ".join(SIX + [LIBRARY])))
    failed = False
    for python in options.pythons or [path for _, path in interpreters.find()[0]]:
        began = time.monotonic()
        version = subprocess.run([python, "-V"], stdout=subprocess.PIPE, check=True, timeout=20).stdout.decode().split()[1]
        table, broken, engines = bench(python, programs, options.repeat, options.scale)
        print("## CPython %s\n" % version)
        print("Engine: %s. Medians of %d interleaved repetitions, scale %g; %s, %d processors, load %.1f; %.0f s.\n" % (
            ", ".join(sorted(engines)) or "none", options.repeat, options.scale, platform.machine(), os.cpu_count(), os.getloadavg()[0], time.monotonic() - began))
        print(report(programs, list(modes(python)), table) + "\n")
        for cell, why in broken.items():
            print("Not measured: %s: %s" % (cell, why))
            failed = True
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
