import argparse
import collections
import dataclasses
import json
import re
import textwrap


@dataclasses.dataclass
class Item:
    name: str
    price: int = 3


parser = argparse.ArgumentParser()
parser.add_argument("--n", type=int, default=4)
options = parser.parse_args([])
items = [Item("i%d" % i, i) for i in range(options.n)]
text = json.dumps([dataclasses.asdict(i) for i in items])
back = json.loads(text, object_hook=lambda d: Item(**d))
words = collections.Counter(re.findall(r"\w+", text))
print(back == items, words.most_common(2), textwrap.fill(text, 30))
print(re.sub(r"\d", lambda m: str(int(m.group()) + 1), "a1b2"))
print(sorted(items, key=lambda item: -item.price)[0])
