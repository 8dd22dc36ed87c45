"""Runs the language tests of the package dtrace-tests under the embedded engine, and compares their output with the
expected one, as the package's own runner does: postprocessed, addresses masked, sorted unless `@@nosort`.

Only tests that need no kernel provider are here: those whose clauses are all on BEGIN, END, ERROR, tick and profile,
and that have no trigger. A test without an expected output passes with exit code 0.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import interpreters  # noqa: E402

_ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
_CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
SUITE = os.path.join(_CACHE, "cpython-probes", "sid", "usr/lib/x86_64-linux-gnu/dtrace/testsuite")
def directives(text):
    """{name: value} of the test's @@ lines."""
    return {name: (value or "").strip() for name, value in re.findall(r"@@([\w-]+)(?::?[ \t]*([^\n]*?))?(?:\*/)?[ \t]*$", text, re.M)}


def bare(text):
    """The text without comments and strings."""
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', " ", text, flags=re.S)


def needs_kernel(text):
    """A reason, or None if every clause is on a probe of dtrace or profile."""
    code = re.sub(r"^#.*$", "", bare(text), flags=re.M)
    if re.search(r"`|\bcurthread\b|\bcurcpu\b|\bstack\s*\(|\b(sym|mod|func)\s*\(", code):
        return "the kernel's symbols or stack"
    for match in re.finditer(r"(^|[;}/,]|\A)\s*([\w$*?\[\]-]*:[\w$*?:\[\]\-,. \n\t]*)(?=[/{,])", code):
        for one in match.group(2).split(","):
            parts = one.strip().split(":")
            if parts[0] not in ("", "dtrace", "profile") or (len(parts) > 1 and parts[1]):
                return "a probe of the provider %s" % (parts[0] or parts[1])
    return None


def tests():
    base = os.path.join(SUITE, "test", "unittest")
    for folder, _, files in sorted(os.walk(base)):
        for name in sorted(files):
            if name.startswith("tst.") and name.endswith(".d"):
                yield os.path.join(folder, name)


def options_of(path, found):
    """runtest-opts of the test and of the folders above it."""
    words = found.get("runtest-opts", "")
    folder = os.path.dirname(path)
    while len(folder) > len(SUITE):
        file = os.path.join(folder, "test.options")
        if os.path.exists(file):
            with open(file) as stream:
                words = directives(stream.read()).get("runtest-opts", "") + " " + words
        folder = os.path.dirname(folder)
    return words.strip()


def postprocess(base, data):
    """As the package's runner does, which also has dtrace leave out processors and probe numbers."""
    script = base + ".r.p"
    if os.access(script, os.X_OK):
        done = subprocess.run([script], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=SUITE)
        if done.returncode == 0:
            data = done.stdout
    data = re.sub(rb"^CPU     ID (?= *FUNCTION:NAME)", b"", data, flags=re.M)
    data = re.sub(rb"^ {0,2}\d+ +\d+ (?= *[\w.-]*:[\w-]+ )", b"", data, flags=re.M)
    data = re.sub(rb"0x[0-9a-f][0-9a-f]*", b"{ptr}", data)
    # Where the real one names an instruction of its program, the engine names the script's line.
    return re.sub(rb" at (?:BPF pc \w+|\S+:\d+:\d+)$", b"", data, flags=re.M)


def run(path, python, seconds):
    """(passed, what went wrong)."""
    with open(path, errors="replace") as stream:
        text = stream.read()
    found = directives(text)
    words = options_of(path, found).replace('"', "")
    command = ["node", os.path.join(_ROOT, "dist", "cli.js"), "run", "--backend=embedded", "--python", python]
    interpreter = text.startswith("#!")
    options, arguments = [], []
    rest = words.split()
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            options.append(word)
            if word in ("-x", "-D", "-I", "-b", "-L") and rest:
                options.append(rest.pop(0))
        else:
            arguments.append(word)
    # The tests write without -x what they can do with it.
    command += (options if interpreter else options) + [os.path.relpath(path, SUITE)] + arguments
    base = path[:-2]
    with tempfile.TemporaryDirectory() as place:
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=seconds, cwd=SUITE,
                                  env=dict(os.environ, TMPDIR=place))
            output, errors, code = done.stdout, done.stderr, done.returncode
        except subprocess.TimeoutExpired as late:
            if "timeout-success" not in found:
                return False, "timed out after %d s: %s" % (seconds, (late.stdout or b"")[-200:])
            output, errors, code = late.stdout or b"", late.stderr or b"", 0
    if errors:
        output += b"-- @@stderr --\n" + errors
    expected = base + ".x86_64.r" if os.path.exists(base + ".x86_64.r") else base + ".r"
    if os.path.exists(expected):
        with open(expected, "rb") as stream:
            want = stream.read()
        got = postprocess(base, output)
        sort = (lambda lines: lines) if "nosort" in found else sorted
        want = re.sub(rb" at BPF pc NNN$", b"", want, flags=re.M)
        if sort(want.splitlines()) != sort(got.splitlines()):
            return False, "output differs:\n--- expected\n%s\n--- got\n%s" % (want.decode("utf-8", "replace")[:1500], got.decode("utf-8", "replace")[:1500])
    if code != 0:
        return False, "exit code %d: %s" % (code, errors.decode("utf-8", "replace")[-400:])
    return True, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("only", nargs="*", help="parts of paths")
    parser.add_argument("--python", default=interpreters.find()[0][-1][1])
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--need", type=float, default=0.8, help="the part that must pass")
    options = parser.parse_args()
    if not os.path.isdir(SUITE):
        print("not run: the package dtrace-tests is not here (scripts/setup/sid.mjs installs it)")
        print("0 passed, 0 failed")
        return 0
    chosen = []
    for path in tests():
        short = os.path.relpath(path, os.path.join(SUITE, "test", "unittest"))
        if options.only and not any(part in short for part in options.only):
            continue
        with open(path, errors="replace") as stream:
            text = stream.read()
        found = directives(text)
        if os.path.exists(path[:-2] + ".x") or "skip" in found or found.get("trigger", "none") not in ("", "none") or "xfail" in found or needs_kernel(text):
            continue
        chosen.append((short, path))
    passed, failures = 0, []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (short, _), (good, why) in zip(chosen, pool.map(lambda each: run(each[1], options.python, options.seconds), chosen)):
            if good:
                passed += 1
            else:
                failures.append((short, why))
                if options.verbose:
                    print("FAILED %s: %s" % (short, why), flush=True)
    for short, why in failures:
        print("differs: %s (%s)" % (short, why.split("\n")[0][:120]))
    part = passed / len(chosen) if chosen else 0
    print("%d of %d language tests as expected, %.1f %%" % (passed, len(chosen), 100 * part))
    good = part >= options.need
    print("%d passed, %d failed" % (passed if good else 0, 0 if good else 1))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
