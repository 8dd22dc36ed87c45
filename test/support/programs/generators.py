def count(n):
    for i in range(n):
        yield i


def chain(*parts):
    for part in parts:
        yield from part
    return "done"


def echo():
    got = []
    while True:
        try:
            got.append((yield len(got)))
        except ValueError as error:
            got.append(error)
        except GeneratorExit:
            print("closed", got)
            raise


def outer():
    result = yield from chain(count(3), count(2))
    yield result


print(list(outer()))
e = echo()
next(e)
e.send(1)
e.throw(ValueError("x"))
e.send(2)
e.close()
unfinished = count(3)
next(unfinished)
unfinished.close()
fresh = count(3)
del fresh
print(sum(x * x for x in count(5)))
broken = chain(count(2), [1])
next(broken)
try:
    broken.throw(KeyError("k"))
except KeyError as error:
    print("key", error)
