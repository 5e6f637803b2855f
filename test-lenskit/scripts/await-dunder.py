from lenskit.batch import recommend
from beside import USERS, mark, trained
import asyncio

class A:
    def __await__(self):
        recommend(trained(), USERS, n=3)
        yield from asyncio.sleep(0).__await__()

async def main():
    await A()

asyncio.run(main())
