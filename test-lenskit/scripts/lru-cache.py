from functools import lru_cache
from lenskit.batch import recommend
from beside import USERS, trained


@lru_cache
def run(n):
    return recommend(trained(), USERS, n=n)


run(3)
