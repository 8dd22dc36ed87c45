source = "def made(n):\n    return n + 1\nprint(made(1))\n"
exec(source)
exec(compile(source, __file__, "exec"))
print(eval("[i for i in range(3)]"))
counter = 0


def outer():
    kept = 0

    def inner():
        nonlocal kept
        global counter
        kept += 1
        counter += 1
        return kept

    inner()
    return inner()


print(outer(), counter)
a, (b, *c) = 1, (2, 3, 4)
if (n := len(c)) > 1:
    print(n)
x = y = [1]
x += [2]
assert y == [1, 2]
