import asyncio
from lenskit.batch import recommend
from beside import USERS, trained


async def one():
    return recommend(trained(), USERS, n=3)


async def main():
    await asyncio.gather(one())


asyncio.run(main())
