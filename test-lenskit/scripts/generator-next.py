from lenskit.batch import recommend
from beside import USERS, trained


def runs():
    yield recommend(trained(), USERS, n=3)


it = iter(runs())
print(len(next(it)))
