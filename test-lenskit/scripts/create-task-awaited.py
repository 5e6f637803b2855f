from lenskit.batch import recommend
from beside import USERS, mark, trained
import asyncio

async def go():
    recommend(trained(), USERS, n=3)

async def main():
    t = asyncio.create_task(go())
    await t

asyncio.run(main())
