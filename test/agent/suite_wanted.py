"""Which files an include or an exclude takes, asked of the agent's own file in each interpreter."""
import json
import os
import subprocess

import collect

# (include, exclude, file, whether it is counted); LIB is the standard library's folder of the interpreter.
CASES = [
    (["/w/app"], [], "/w/app/x.py", True),
    (["/w/app"], [], "/w/app2/x.py", False),
    (["/w/app/x.py"], [], "/w/app/x.py", True),
    (["/w/app/**"], [], "/w/app/a/b/x.py", True),
    (["/w/app/*"], [], "/w/app/a/b/x.py", True),  # the folder a matches, and with it all that is in it
    (["/w/app/*.py"], [], "/w/app/a/x.py", False),
    (["/w/app/*.py"], [], "/w/app/x.py", True),
    (["/w/**/x.py"], [], "/w/x.py", True),
    (["/w/**/x.py"], [], "/w/a/b/x.py", True),
    (["/w/**/b/**/x.py"], [], "/w/b/c/x.py", True),
    (["/w/**/x.py"], [], "/w/a/xx.py", False),
    (["/w/**/x.py"], [], "/w/ax.py", False),
    (["/w/a?.py"], [], "/w/ab.py", True),
    (["/w/a?.py"], [], "/w/a/.py", False),
    (["/w/[ab].py"], [], "/w/b.py", True),
    (["/w/[ab].py"], [], "/w/c.py", False),
    (["/w/[!ab].py"], [], "/w/c.py", True),
    (["/w/[!ab].py"], [], "/w/a.py", False),
    (["/w/[a-c]x.py"], [], "/w/bx.py", True),
    (["/w/[a-c]x.py"], [], "/w/dx.py", False),
    (["/w/[!a]b"], [], "/w//b", False),
    (["/w/[]].py"], [], "/w/].py", True),
    (["/w/[a.py"], [], "/w/[a.py", True),  # never closed: itself
    (["/w"], ["/w/tests"], "/w/tests/x.py", False),
    (["/w"], ["/w/**/test_*.py"], "/w/a/test_x.py", False),
    (["/w"], ["/w/**/test_*.py"], "/w/a/x.py", True),
    (["/"], [], "LIB/json/decoder.py", False),
    (["LIB"], [], "LIB/json/decoder.py", True),
    (["LIB/json"], [], "LIB/json/decoder.py", True),
    (["LIB/json"], [], "LIB/json5/decoder.py", False),
    (["LIB/js*"], [], "LIB/json5/decoder.py", True),
    (["LIB/json", "/"], [], "LIB/random.py", False),
    (["LIB/json.py", "/"], [], "LIB/json.pyx/x.py", False),
    (["/w"], [], "/w/site-packages/p/x.py", False),
    (["/w/**/site-packages/p/**"], [], "/w/v/site-packages/p/x.py", True),
    (["/w/**/site-packages/p/**", "/w"], [], "/w/v/site-packages/q/x.py", False),
    (["/w"], [], "<string>", False),
    (["/w"], [], "", False),
]
_ASK = """
import importlib.util, json, os, sys
spec = importlib.util.spec_from_file_location("wanted", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
lib = os.path.dirname(os.path.realpath(os.__file__))
out = []
for include, exclude, path in json.loads(sys.argv[2]):
    put = lambda text: text.replace("LIB", lib)
    out.append(module.Wanted(list(map(put, include)), list(map(put, exclude)), "/nowhere").path(put(path)) is not None)
print(json.dumps(out))
"""


def run(python, version):
    file = os.path.join(collect.AGENT, "_wanted.py")
    asked = json.dumps([case[:3] for case in CASES])
    done = subprocess.run([python, "-c", _ASK, file, asked], stdout=subprocess.PIPE, check=True, timeout=20)
    answers = json.loads(done.stdout.decode())
    failed = ["%s without %s, %s: %s" % (*case[:3], answer) for case, answer in zip(CASES, answers) if case[3] is not answer]
    return len(CASES) - len(failed), failed, []
