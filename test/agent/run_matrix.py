"""Runs the agent's suites on every interpreter found, and prints the matrix; the last line is `N passed, N failed`."""
import concurrent.futures
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [_HERE, os.path.join(_HERE, "..", "support")]

import interpreters  # noqa: E402
import suite_exactness  # noqa: E402
import suite_imports  # noqa: E402
import suite_injection  # noqa: E402
import suite_modes  # noqa: E402
import suite_processes  # noqa: E402
import suite_transparency  # noqa: E402
import suite_wanted  # noqa: E402

SUITES = [suite_wanted, suite_exactness, suite_injection, suite_imports, suite_modes, suite_transparency, suite_processes]


def judge(found):
    """All suites on one interpreter: (row of the matrix, passed, failures, skipped)."""
    version, python = found
    row, passed, failures, skipped = "%-10s" % version, 0, [], []
    for suite in SUITES:
        good, bad, left = suite.run(python, tuple(int(n) for n in version.split(".")))
        passed += good
        failures += ["%s %s: %s" % (version, suite.__name__[6:], each) for each in bad]
        row += "%-22s" % ("%d ok%s%s" % (good, ", %d FAILED" % len(bad) if bad else "", ", %d skipped" % len(left) if left else ""))
        skipped += ["%s %s: %s" % (version, suite.__name__[6:], each) for each in left]
    return row, passed, failures, skipped


def main():
    found, skipped = interpreters.find()
    passed, failures = 0, []
    print("%-10s" % "" + "".join("%-22s" % s.__name__[6:] for s in SUITES))
    # The suites wait for processes of the interpreters: several interpreters take turns.
    with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        for row, good, bad, left in pool.map(judge, found):
            print(row, flush=True)
            passed += good
            failures += bad
            skipped += left
    failed = len(failures)
    for each in skipped:
        print("not run:", each)
    for each in failures:
        print("FAILED:", each)
    if not found:
        print("FAILED: no interpreter was found")
        failed += 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
