"""Recursion: calls that do little else."""
import clock


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def queens(n, row=0, columns=0, left=0, right=0):
    if row == n:
        return 1
    found = 0
    for column in range(n):
        a, b, c = 1 << column, 1 << (row + column), 1 << (row - column + n)
        if not (columns & a or left & b or right & c):
            found += queens(n, row + 1, columns | a, left | b, right | c)
    return found


for _ in range(clock.times(700)):
    assert fib(17) == 1597
    assert ackermann(2, 20) == 43
    assert queens(6) == 4
clock.stop()
