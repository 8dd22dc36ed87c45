"""Strings, JSON and regular expressions: the work of scripts, much of it in C."""
import json
import re

import clock

WORD = re.compile(r"(?P<word>[a-z]+)|(?P<number>\d+)|(?P<other>\S)")
TEXT = "the quick brown fox, 42 lazy dogs; and 7 more of them (perhaps) " * 20


def tokens(text):
    found = []
    for match in WORD.finditer(text):
        kind = match.lastgroup
        value = match.group()
        if kind == "number":
            value = int(value)
        found.append((kind, value))
    return found


def frequencies(found):
    table = {}
    for kind, value in found:
        if kind == "word":
            table[value] = table.get(value, 0) + 1
    return table


def caesar(text, shift):
    out = []
    for letter in text:
        if letter.isalpha():
            out.append(chr((ord(letter) - 97 + shift) % 26 + 97))
        else:
            out.append(letter)
    return "".join(out)


for round_ in range(clock.times(400)):
    table = frequencies(tokens(TEXT))
    assert table["the"] == 20
    back = json.loads(json.dumps({"table": table, "round": round_, "rows": [[i, str(i)] for i in range(100)]}, indent=1))
    assert back["table"] == table
    assert caesar(caesar(TEXT, 3), -3) == TEXT
clock.stop()
