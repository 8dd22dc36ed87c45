"""An independent recorder: runs a program under a plain sys.settrace, in a process of its own, and writes what it saw.

Usage: recorder.py OUTPUT FOLDER SCRIPT ARGS… ; the output is {"line": [[file, line, n]…], "entry": [[file, name,
line, n]…], "return": […], "marker_entry": [[file, name, event line, n]…], "marker_return": […]}.
It shares no code with the agent: one function, dictionaries, no shortcuts.
"""
import _thread
import json
import os
import runpy
import sys
import threading
from collections import Counter

output, folder, script = sys.argv[1:4]
folder = os.path.join(os.path.realpath(folder), "")
counts = {}


def mine():
    return counts.setdefault(_thread.get_ident(), {k: Counter() for k in ("line", "entry", "return", "marker_entry", "marker_return")})


def trace(frame, event, arg):
    code = frame.f_code
    path = os.path.abspath(code.co_filename)
    if not path.startswith(folder) or code.co_filename.startswith("<"):
        return None
    own = mine()
    if event == "call":
        own["entry"][path, code.co_name, code.co_firstlineno] += 1
        own["marker_entry"][path, code.co_name, frame.f_lineno] += 1
    elif event == "line" and frame.f_lineno:  # an empty file's code has line 0 from 3.11 on
        own["line"][path, frame.f_lineno] += 1
    elif event == "return":
        own["return"][path, code.co_name, code.co_firstlineno] += 1
        own["marker_return"][path, code.co_name, frame.f_lineno] += 1
    return trace


start = _thread.start_new_thread


def start_traced(function, args, *rest):
    def run(*a, **k):
        sys.settrace(trace)
        return function(*a, **k)

    return start(run, args, *rest)


_thread.start_new_thread = start_traced
threading.settrace(trace)
sys.argv = sys.argv[3:]
try:
    sys.settrace(trace)
    if script.startswith("-m"):
        sys.path.insert(0, os.getcwd())
        runpy.run_module(script[2:], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(script))
        runpy.run_path(script, run_name="__main__")
finally:
    sys.settrace(None)
    total = {k: Counter() for k in ("line", "entry", "return", "marker_entry", "marker_return")}
    for own in counts.values():
        for kind, counter in own.items():
            total[kind].update(counter)
    with open(output, "w") as stream:
        json.dump({kind: [list(key) + [n] for key, n in counter.items()] for kind, counter in total.items()}, stream)
