"""Writes random programs that always end and always do the same: `generate.program(seed, functions)` is the text.

They mix what makes counting hard: loops and conditions on one line, `finally` with `break` and `return`, context
managers that swallow exceptions, generators that are thrown into, coroutines, comprehensions, `match`, `except*`.
"""
import random

#: What the functions call. Their luck comes from a counter of their own, so that it is the same in every run.
PRELUDE = '''
import sys, gc; gc.disable()
budget = [0]
class Stop(Exception): pass
class E1(Exception): pass
class E2(E1): pass
state = [1]
def r(n):
    state[0] = (state[0] * 1103515245 + 12345) % 2147483648
    return (state[0] >> 8) % n
def tick():
    budget[0] += 1
    if budget[0] > 3000: raise Stop("budget")
    return True
def may(n=7):
    tick()
    k = r(n)
    if k == 0: raise E1("x")
    if k == 1: raise E2("y")
    return k
class CM:
    def __init__(self, s=0): self.s = s
    def __enter__(self): return may(20)
    def __exit__(self, t, v, tb): return bool(self.s) and t is not None and issubclass(t, E1)
class ACM:
    def __init__(self, s=0): self.s = s
    async def __aenter__(self): return await aw()
    async def __aexit__(self, t, v, tb):
        await aw()
        return bool(self.s) and t is not None and issubclass(t, E1)
class Aw:
    def __await__(self):
        x = yield 1
        return x
async def aw():
    tick()
    return await Aw()
class AIt:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        self.n -= 1
        if self.n < 0: raise StopAsyncIteration
        return await aw()
def sub(n):
    for i in range(n):
        try:
            x = yield i
        except E2: x = 5
        if x: yield x
    return n
def drive(g):
    try:
        v = next(g)
        for i in range(12):
            k = r(6)
            if k == 0: v = g.throw(E1("t"))
            elif k == 1: v = g.throw(E2("t"))
            elif k == 2: v = g.send(r(3))
            elif k == 3 and r(3) == 0: g.close(); return
            else: v = next(g)
    except StopIteration: pass
    except E1: pass
def adrive(c):
    try:
        v = c.send(None)
        for i in range(30):
            k = r(12)
            if k == 0: v = c.throw(E1("t"))
            else: v = c.send(r(3))
        c.close()
    except StopIteration: pass
    except E1: pass
    except RuntimeError: pass
'''
EXPRESSIONS = [
    "r(5)", "may()", "a", "b", "1", "r(2)",
    "(@ if r(2) else @)", "(@ and @)", "(@ or\n      @)", "not @", "(1 < r(5) < 4)", "(c := r(9))",
    "[x for x in range(3) if r(2)]", "[r(2)\n  for y in range(r(3))]", "{x: r(2) for x in range(3)}",
    "sum(x for x in range(r(4)))", "sum(x\n   for x in range(r(4))\n   if x)",
    "(lambda q: q + r(3))(1)", "max(r(3),\n    r(4))", "len([\n  r(2),\n  r(3),\n])",
]
PLAIN = EXPRESSIONS[:6]
ITERATED = ["range(r(4))", "[1, 2, 3]", "sub(r(4))", "(x for x in range(r(4)) if tick())"]
CASES = ["case 0:", "case 1 | 2:", "case [x, y] if r(2):", "case int():", "case [0, *rest]:"]
#: Statements on one line, by the kind of function that they may stand in ("" is any).
SIMPLE = {
    "": ["a = @", "b = @", "may()", "tick()", "pass", "a, b = b, a", "assert r(9) or True"],
    "loop": ["break", "continue"],
    "def": ["raise E1('z')", "return a", "return may()"],
    "gen": ["yield a", "b = yield r(3)", "yield", "a = yield from sub(r(3))", "raise E1('z')", "return r(3)"],
    "async": ["await aw()", "a = await aw()", "b = [await aw() for _ in range(r(3))]", "b = [x async for x in AIt(r(3))]", "return a"],
    "agen": ["yield a", "b = yield r(3)", "a = await aw()", "b = [x async for x in AIt(r(3))]"],
    "none": [],
}
CALLS = {"def": "f%d()", "gen": "drive(f%d())", "async": "adrive(f%d())", "agen": "adrive(f%d().asend(None))"}


class Generator:
    """`kind` is the function's that is being written, or "none" where neither return nor yield may stand."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._out = []
        self._kind = "def"
        self._loops = 0

    def _one_in(self, n):
        return self._random.randrange(n) == 0

    def _write(self, depth, text):
        self._out.append("    " * depth + text)

    def _expression(self, depth=0):
        text = self._random.choice(EXPRESSIONS if depth < 2 else PLAIN)
        while "@" in text:
            text = text.replace("@", self._expression(depth + 1), 1)
        return text

    def _simple(self):
        where = self._random.choice(["", "", "", "loop" if self._loops else "", self._kind])
        text = self._random.choice(SIMPLE[where] or SIMPLE[""])
        return text.replace("@", self._expression())

    def _suite(self, depth, budget):
        for _ in range(self._random.randrange(1, 4)):
            self._statement(depth, budget - 1)

    def _block(self, depth, head, budget):
        if self._one_in(6):
            self._write(depth, head + " " + self._simple())
        else:
            self._write(depth, head)
            self._suite(depth + 1, budget)

    def _statement(self, depth, budget):
        if budget <= 0 or self._one_in(4):
            self._write(depth, self._simple())
        else:
            self._random.choice([self._if, self._while, self._for, self._for, self._try, self._try, self._with, self._match, self._define])(depth, budget)

    def _if(self, depth, budget):
        self._block(depth, "if %s:" % self._expression(), budget)
        for head in ("elif %s:" % self._expression(), "else:"):
            if self._one_in(2):
                self._block(depth, head, budget)

    def _loop(self, depth, head, budget):
        self._loops += 1
        self._block(depth, head, budget)
        self._loops -= 1
        if self._one_in(3):
            self._block(depth, "else:", budget)

    def _while(self, depth, budget):
        self._loop(depth, "while tick() and %s:" % self._random.choice(["r(4)", "r(3) and r(5)", "may(9)", "True"]), budget)

    def _is_async(self):
        return self._kind in ("async", "agen") and self._one_in(2)

    def _for(self, depth, budget):
        head = "async for i in AIt(r(4)):" if self._is_async() else "for i in %s:" % self._random.choice(ITERATED)
        self._loop(depth, head, budget)

    def _with(self, depth, budget):
        if self._is_async():
            self._block(depth, "async with ACM(r(2)) as b:", budget)
        else:
            self._block(depth, "with CM(r(2))%s:" % self._random.choice(["", " as b", ", CM() as a"]), budget)

    def _try(self, depth, budget):
        self._block(depth, "try:", budget)
        if self._one_in(8):
            self._write(depth, "except* E2:")
            self._write(depth + 1, "a = 3")
            self._write(depth + 1, "may()")
            return
        caught = not self._one_in(4)
        if caught:
            self._block(depth, "except E2%s:" % self._random.choice(["", " as e"]), budget)
            for head in ("except E1:", "else:"):
                if self._one_in(2):
                    self._block(depth, head, budget)
        if not caught or self._one_in(3):
            self._block(depth, "finally:", budget)

    def _match(self, depth, budget):
        self._write(depth, "match %s:" % self._random.choice(["r(4)", "a", "[r(2), r(3)]"]))
        for case in self._random.sample(CASES, 2):
            self._block(depth + 1, case, budget)
        if self._one_in(2):
            self._block(depth + 1, "case _:", budget)

    def _define(self, depth, budget):
        loops, kind, self._loops = self._loops, self._kind, 0
        choice = self._random.randrange(3)
        if choice == 0:
            self._kind = "none"
            self._write(depth, "class K:")
            self._suite(depth + 1, 1)
            self._write(depth + 1, "def m(self, a=1, b=2):")
            depth += 1
        else:
            self._write(depth, "def h(a, b=1):")
        self._kind = "gen" if choice == 2 else "def"
        self._suite(depth + 1, budget - 1)
        if choice == 2:
            self._write(depth + 1, "yield a")
        depth -= choice == 0
        self._write(depth, ["K().m()", "a = h(a)", "for z in h(a): tick()"][choice])
        self._loops, self._kind = loops, kind

    def program(self, functions):
        self._out = [PRELUDE]
        calls = []
        for number in range(functions):
            self._kind = self._random.choice(["def", "def", "gen", "async", "agen"])
            self._write(0, "%sdef f%d(a=1, b=2):" % ("async " if self._kind in ("async", "agen") else "", number))
            for _ in range(self._random.randrange(2, 5)):
                self._statement(1, self._random.randrange(2, 5))
            if self._kind in ("gen", "agen"):
                self._write(1, "yield a")
            if self._kind == "async":
                self._write(1, "await aw()")
            calls += ["    budget[0] = 0", "    try: %s" % CALLS[self._kind] % number, "    except (Exception, BaseExceptionGroup): pass"]
        return "\n".join(self._out + ["for _ in range(12):"] + calls + ["print('done')", ""])


def program(seed, functions):
    """The first text of this seed that is valid Python: `break` in `finally` and the like are not, everywhere."""
    for attempt in range(100):
        text = Generator(seed * 1000 + attempt).program(functions)
        try:
            compile(text, "generated", "exec")
            return text
        except SyntaxError:
            continue
    raise ValueError("no valid program of seed %d" % seed)
