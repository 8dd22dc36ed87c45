"""Generators and async: many small suspensions and resumes."""
import asyncio

import clock


def numbers(n):
    for i in range(n):
        yield i


def squares(source):
    for value in source:
        yield value * value


def flat(n):
    yield from squares(numbers(n))
    if n > 1:
        yield from flat(n // 2)


def averager():
    total = count = 0
    average = None
    while True:
        value = yield average
        total += value
        count += 1
        average = total / count


async def producer(queue, n):
    for i in range(n):
        await queue.put(i)
        if i % 8 == 0:
            await asyncio.sleep(0)
    await queue.put(None)


async def consumer(queue):
    total = 0
    while True:
        value = await queue.get()
        if value is None:
            return total
        total += value


async def main(n):
    queue = asyncio.Queue(16)
    _, total = await asyncio.gather(producer(queue, n), consumer(queue))
    return total


for _ in range(clock.times(100)):
    assert sum(flat(2000)) > 0
    running = averager()
    next(running)
    for value in numbers(2000):
        running.send(value)
    assert sum(x for x in numbers(2000) if x % 2) == 1000000
    assert asyncio.run(main(300)) == 44850
clock.stop()
