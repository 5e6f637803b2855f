from lenskit.batch import recommend
from beside import USERS, mark, trained
import asyncio

async def go():
    recommend(trained(), USERS, n=3)

async def main():
    c = go()
    c.close()

asyncio.run(main())
