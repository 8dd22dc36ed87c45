import json
import re

word = re.compile(r"(\w+)=(\d+)")


def record(i):
    return {"id": i, "name": "n%d" % i, "tags": ["a", "b", str(i)], "text": "k%d=%d" % (i, i * 3)}


def parse(text):
    found = word.search(text)
    return found.group(1), int(found.group(2))


total = 0
for i in range(12_000):
    text = json.dumps(record(i))
    back = json.loads(text)
    name, value = parse(back["text"])
    total += value + len(name.upper().replace("K", "kk").split("k"))
print(total)
