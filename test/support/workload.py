"""Makes much of the standard library run, always in the same way, for comparing what two engines count of it."""
import argparse
import ast
import asyncio
import collections
import configparser
import contextlib
import csv
import dataclasses
import difflib
import email.message
import email.parser
import enum
import fractions
import functools
import gc
import html.parser
import io
import json
import pprint
import random
import re
import shlex
import statistics
import string
import textwrap
import tokenize
import typing
import xml.etree.ElementTree as tree

import _pydecimal

gc.disable()  # its moments, and what they run, are not the same twice
TEXT = "def f(a, *b, c=1, **d):\n    '''text'''\n    return [x for x in b if x > a] or {a: c}\n" * 8


def texts():
    assert json.loads(json.dumps({"a": [1, 2.5, None, True], "b": {"c": "\u00e9\n"}}, indent=2, sort_keys=True))["a"][1] == 2.5
    for pattern in (r"(?P<a>\w+)\s*=\s*(\d+|'[^']*')", r"(?i)a{2,3}?|b+(?=c)", r"[^\W\d_]+(?<!x)"):
        re.sub(pattern, lambda m: m.group(0).upper(), "aa = 12, bbc = 'x' AAA")
    textwrap.fill(TEXT, 30)
    string.Template("$a ${b} $$").safe_substitute(a=1)
    shlex.split("a 'b c' \"d\\\"e\" # f", comments=True)
    pprint.pformat({"a": list(range(40)), "b": {"c": ("d" * 50, "e" * 50)}})
    list(difflib.unified_diff(TEXT.splitlines(), TEXT.replace("a", "z").splitlines()))
    difflib.get_close_matches("appel", ["ape", "apple", "peach"])


def trees():
    module = ast.parse(TEXT)
    ast.unparse(module)
    ast.dump(module, indent=1)
    [ast.get_docstring(each) for each in ast.walk(module) if isinstance(each, ast.FunctionDef)]
    list(tokenize.generate_tokens(io.StringIO(TEXT).readline))
    root = tree.fromstring("<a x='1'><b>t</b><c/></a>")
    tree.tostring(root)
    root.findall("./b")

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            pass

    Parser().feed("<p class=x>a &amp; b<br/></p><!-- c -->")


def files():
    config = configparser.ConfigParser()
    config.read_string("[a]\nb = 1\nc = %(b)s2\n")
    assert config["a"]["c"] == "12"
    with contextlib.suppress(configparser.NoOptionError):
        config.get("a", "d")
    rows = list(csv.DictReader(io.StringIO("a,b\n1,2\n3,4\n")))
    csv.DictWriter(io.StringIO(), ["a", "b"]).writerows(rows)
    message = email.message.EmailMessage()
    message["Subject"] = "caf\u00e9"
    message.set_content("text\n" * 20)
    email.parser.BytesParser().parsebytes(message.as_bytes())
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, choices=[1, 2])
    parser.add_argument("rest", nargs="*")
    parser.parse_args(["--n", "2", "a", "b"])
    parser.format_help()
    with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit):
        parser.parse_args(["--n", "7"])


def numbers():
    _pydecimal.Decimal("2").sqrt()
    _pydecimal.Decimal("1.1") ** 7 / _pydecimal.Decimal(3)
    sum(fractions.Fraction(1, n) for n in range(1, 20))
    statistics.stdev([1, 2, 3, 4])
    statistics.NormalDist(1, 2).cdf(1.5)
    random.Random(3).shuffle(list(range(50)))


def classes():
    @dataclasses.dataclass(order=True, frozen=True)
    class Point:
        x: int
        y: typing.List[int] = dataclasses.field(default_factory=list)

    class Colour(enum.Flag):
        RED = enum.auto()
        BLUE = enum.auto()

    assert dataclasses.replace(Point(1), x=2) > Point(1)
    dataclasses.asdict(Point(1, [2]))
    assert Colour.RED | Colour.BLUE
    collections.namedtuple("N", "a b")(1, 2)._replace(a=3)
    collections.Counter("abracadabra").most_common(2)
    collections.ChainMap({1: 2}, {3: 4})[3]

    @functools.singledispatch
    def kind(value):
        return "?"

    kind.register(int)(lambda value: "int")
    assert kind(1) == "int"


async def main():
    queue = asyncio.Queue(2)

    async def put():
        for i in range(5):
            await queue.put(i)

    async def get():
        return [await queue.get() for _ in range(5)]

    async def fails():
        await asyncio.sleep(0)
        raise KeyError(1)

    await asyncio.gather(put(), get())
    with contextlib.suppress(KeyError):
        await fails()
    task = asyncio.ensure_future(asyncio.Event().wait())
    await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    async with asyncio.Lock():
        pass


for part in (texts, trees, files, numbers, classes):
    part()
asyncio.run(main())
print("done")
