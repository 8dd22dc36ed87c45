// The text of --help.
export const help = `Usage: cpython-probes hits [options] SCRIPT [ARGS…]
       cpython-probes hits [options] -m MODULE [ARGS…]
       cpython-probes run [options] SCRIPT.d [ARGS…] -c "python3 x.py"
       cpython-probes probes [PYTHON…] [--format=json]
       cpython-probes pythons [--format=json] [--first | PYTHON…]
       cpython-probes check [--format=text|json|sarif] [options] FILES…
       cpython-probes lsp --stdio

Runs a Python program and counts, exactly, how often each line ran and how often each
function was entered and left. The program keeps the terminal, its output and its exit
code; the report follows when it has ended.

run executes a D script inside the program, on any Python from 3.8, without root and
without a tracer; its output is what DTrace would print. Options of it are DTrace's own
(-c, -q, -x, -o, -w, -C, -D, -Z, -F) and
  --python PATH          runs scripts that have no program, and programs that are no Python
  --hits FILE            the JSON report of the lines on which the script's clauses ran
  --format=ndjson        the events of the run instead of the output

check finds mistakes in D and SystemTap scripts without running them; options of it:
  --platform NAME        whose DTrace: linux, macos, freebsd or illumos (default: this one)
  --python PATH          the interpreter that the scripts observe
  -C, -D NAME=VALUE      run the C preprocessor over D scripts; define a macro in it
  Exit code: 0 without errors, 1 with errors, 2 for wrong use.

probes prints which probes interpreters contain, which ones their manual promises, and what
to do about the difference; without a PYTHON, for every interpreter found.

lsp is the language server for D and SystemTap scripts, for any editor (docs/editors.md).

Examples
  cpython-probes hits fib.py 20                  the annotated source, after fib.py's own output
  cpython-probes hits --time -m app.main         calls with total and own time
  cpython-probes hits --format=lcov -o cov.info --include src -- tests.py -v

What runs
  SCRIPT                 a file, or a folder or zip file with a __main__.py
  -m MODULE              as python's own -m
  --python PATH          the interpreter, CPython 3.8 or later (default: the first found)
                         (everything after SCRIPT or MODULE belongs to the program)

What is counted
  --include PATH         a file, folder or glob (* within a folder, ** across); repeatable
                         (default: the current folder, or the script's if it lies elsewhere)
  --exclude PATH         not these; wins over --include
                         The standard library and installed packages count only when an
                         --include names them.
  --lines, --functions   only these (default: both)
  --time                 also the time spent in each function; slower
  --engine NAME          auto, injection, monitoring or settrace (default: auto)

The report
  --format=FORMAT        text (default), json (docs/report.schema.json), ndjson (events while
                         it runs) or lcov
  -o, --output FILE      write it there, apart from the program's output
  --color WHEN           auto (default), always or never
  --events ADDRESS       send the events to this local socket; the token is read from
                         CPYTHON_PROBES_EVENTS_TOKEN

  -h, --help             this text
  -V, --version          the version

Exit code: the program's own; 2 if the command line is wrong or nothing could be run.
A program that a signal ends, ends this command by the same signal.
`;
