from lenskit.batch import recommend
from beside import USERS, mark, trained
from contextlib import contextmanager

@contextmanager
def step():
    yield 1
    recommend(trained(), USERS, n=3)

with step():
    pass
