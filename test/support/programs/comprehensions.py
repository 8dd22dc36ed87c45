rows = [[i * j for j in range(3)] for i in range(4)]
flat = {x for row in rows for x in row if x % 2}
names = {
    i: str(i)
    for i in range(3)
}
lazy = (
    x
    for x in range(5)
    if x != 2
)
print(rows, sorted(flat), names, sum(lazy))


def inside(n):
    return [y for y in (x + 1 for x in range(n)) if y > 1]


print(inside(4), [k for k in map(lambda v: v * 2, range(3))])
