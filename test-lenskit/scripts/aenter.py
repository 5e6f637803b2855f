from lenskit.batch import recommend
from beside import USERS, mark, trained
import asyncio

class A:
    async def __aenter__(self):
        recommend(trained(), USERS, n=3)
    async def __aexit__(self, *args):
        pass

async def main():
    async with A():
        pass

asyncio.run(main())
