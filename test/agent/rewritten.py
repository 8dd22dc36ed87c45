"""Run by an interpreter under test: puts counters into code objects of its standard library and looks at the result.

Prints one line of JSON: how many were rewritten, how many are left to monitoring and why, and what is wrong with any.
"""
import dis
import importlib.util
import json
import os
import sys
from collections import Counter

AGENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "server", "agent")
CODE = type((lambda: 0).__code__)


def load(name):
    full = "_cpython_probes_" + name
    spec = importlib.util.spec_from_file_location(full, os.path.join(AGENT, "_%s.py" % name))
    module = sys.modules[full] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


load("facts")
bytecode, encoding, flow, planning = load("bytecode"), load("encode"), load("flow"), load("plan")


def rewrite(code):
    body = bytecode.decode(code)
    inserts = planning.plan(flow.Graph(body), True, True)
    text, locations, exceptions, stack, begins = encoding.encode(body, inserts)
    consts = code.co_consts + tuple(bytecode.counter() for _ in range(inserts.count))
    new = code.replace(co_code=text, co_consts=consts, co_linetable=locations, co_exceptiontable=exceptions, co_stacksize=stack)
    return body, inserts, new, begins


def handlers(body):
    """For each instruction, its entry in the exception table."""
    out = [None] * len(body.ops)
    for start, end, handler, depth in body.handlers:
        for k in range(start, end):
            out[k] = handler, depth
    return out


def problems(code, body, inserts, new, begins):
    """What the new code object has that the old one doesn't, beside counters."""
    after = bytecode.decode(new)
    at = {unit: k for k, unit in enumerate(after.starts)}
    # The instruction itself is the last one that belongs to it.
    place = [at[begins[k + 1]] - 1 for k in range(len(body.ops))]
    if [after.ops[p] for p in place] != body.ops:
        yield "other instructions"
    positions, before = list(new.co_positions()), list(code.co_positions())
    for k, p in enumerate(place):
        target = body.targets.get(k)
        if target is None and after.args[p] != body.args[k]:
            yield "another argument at %d" % k
        if target is not None:
            # A jump arrives at its target or at what belongs to it.
            to = after.targets[p]
            if not at[begins[target]] <= to <= place[target]:
                yield "a jump from %d to another place" % k
        if positions[after.starts[p]] != before[body.starts[k]]:
            yield "another position at %d" % k
        for q in range(at[begins[k]], p):
            if positions[after.starts[q]] != before[body.starts[k]]:
                yield "an inserted instruction with another position at %d" % k
    old, now = handlers(body), handlers(after)
    for k, p in enumerate(place):
        for q in range(at[begins[k]], p + 1):
            if (old[k] is None) != (now[q] is None):
                yield "a handler more or less at %d" % k
            elif old[k] and (now[q][1] != old[k][1] or not at[begins[old[k][0]]] <= now[q][0] <= place[old[k][0]]):
                yield "another handler at %d" % k
    if {line for _, _, line in code.co_lines()} != {line for _, _, line in new.co_lines()}:
        yield "other lines"
    for name in ("co_name", "co_qualname", "co_flags", "co_varnames", "co_names", "co_firstlineno", "co_freevars"):
        if getattr(code, name) != getattr(new, name):
            yield "another " + name
    if new.co_consts[: len(code.co_consts)] != code.co_consts:
        yield "other constants"
    if sum(1 for op in after.ops if op == dis.opmap["FOR_ITER"]) - sum(1 for op in body.ops if op == dis.opmap["FOR_ITER"]) != inserts.count:
        yield "counters that are in two places or in none"


def walk(code):
    for const in code.co_consts:
        if isinstance(const, CODE):
            yield from walk(const)
    yield code


def main(most):
    folder = os.path.dirname(os.__file__)
    done, left, wrong = 0, Counter(), []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".py") or not os.path.isfile(os.path.join(folder, name)) or done >= most:
            continue
        with open(os.path.join(folder, name), "rb") as stream:
            module = compile(stream.read(), name, "exec")
        for code in walk(module):
            try:
                body, inserts, new, begins = rewrite(code)
            except bytecode.Unsupported as reason:
                left[str(reason)] += 1
                continue
            done += 1
            wrong += ["%s %s: %s" % (name, code.co_qualname, each) for each in problems(code, body, inserts, new, begins)]
    print(json.dumps({"done": done, "left": left, "wrong": wrong[:20]}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
