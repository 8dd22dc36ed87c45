import contextlib


class Manager:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        log.append(self.name)
        return self.swallow


@contextlib.contextmanager
def generated():
    try:
        yield 1
    finally:
        log.append("generated")


def leave():
    with Manager("r"):
        return 1


log = []
with Manager("a") as a, Manager("b"):
    log.append("body")
with Manager("s", True):
    raise ValueError
with contextlib.suppress(KeyError):
    with Manager("inner"):
        {}["x"]
with generated() as g:
    log.append(g)
for i in range(3):
    with Manager(i):
        if i == 1:
            continue
        if i == 2:
            break
print(leave(), log)
