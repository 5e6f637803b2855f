from lenskit.batch import recommend
from beside import USERS, mark, trained


def work(*args, **kwargs):
    return recommend(trained(), USERS, n=3)

import asyncio

async def main():
    asyncio.to_thread(work)

asyncio.run(main())
