"""Nested loops: arithmetic on many short lines."""
import clock


def multiply(a, b):
    n = len(a)
    result = [[0] * n for _ in range(n)]
    for i in range(n):
        row = a[i]
        for j in range(n):
            total = 0
            for k in range(n):
                total += row[k] * b[k][j]
            result[i][j] = total
    return result


def primes(limit):
    sieve = bytearray([1]) * limit
    found = 0
    i = 2
    while i < limit:
        if sieve[i]:
            found += 1
            j = i * i
            while j < limit:
                sieve[j] = 0
                j += i
        i += 1
    return found


def collatz(limit):
    longest = 0
    for start in range(1, limit):
        n = start
        steps = 0
        while n != 1:
            if n % 2:
                n = 3 * n + 1
            else:
                n //= 2
            steps += 1
        if steps > longest:
            longest = steps
    return longest


square = [[i * j % 7 for j in range(30)] for i in range(30)]
for _ in range(clock.times(12)):
    multiply(square, square)
    assert primes(20000) == 2262
    assert collatz(700) == 144
clock.stop()
