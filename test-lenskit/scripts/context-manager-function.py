from contextlib import contextmanager
from lenskit.batch import recommend
from beside import USERS, trained


@contextmanager
def results():
    yield recommend(trained(), USERS, n=3)


with results() as r:
    print(len(r))
