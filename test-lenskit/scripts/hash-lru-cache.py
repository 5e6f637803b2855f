from lenskit.batch import recommend
from beside import USERS, mark, trained
from functools import lru_cache

class A:
    def __hash__(self):
        recommend(trained(), USERS, n=3)
        return 3

@lru_cache
def f(a):
    return 1

f(A())
