from lenskit.batch import recommend
from beside import USERS, trained


def go(n):
    return go(n - 1) if n else recommend(trained(), USERS, n=3)


go(5)
