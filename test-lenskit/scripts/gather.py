from lenskit.batch import recommend
from beside import USERS, mark, trained
import asyncio

async def go():
    recommend(trained(), USERS, n=3)

async def main():
    await asyncio.gather(go())

asyncio.run(main())
