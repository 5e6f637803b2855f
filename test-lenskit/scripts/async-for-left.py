from lenskit.batch import recommend
from beside import USERS, mark, trained
import asyncio

async def gen():
    yield 1
    recommend(trained(), USERS, n=3)
    yield 2

async def main():
    async for x in gen():
        break

asyncio.run(main())
