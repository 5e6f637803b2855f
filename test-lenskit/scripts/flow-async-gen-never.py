from lenskit.batch import recommend
from beside import USERS, trained


async def go():
    recommend(trained(), USERS, n=3)
    yield 1


gen = go()
