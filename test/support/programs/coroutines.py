import asyncio


class Manager:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *exc):
        return False


async def ticks(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)


async def work(n):
    async with Manager():
        total = 0
        async for t in ticks(n):
            total += t
        return total


async def fail():
    await asyncio.sleep(0)
    raise RuntimeError("no")


async def main():
    print(await asyncio.gather(work(3), work(4)))
    try:
        await fail()
    except RuntimeError as error:
        print(error)
    print([t async for t in ticks(3)])
    print(
        await work(1)
        + await work(2)
    )
    task = asyncio.ensure_future(asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
