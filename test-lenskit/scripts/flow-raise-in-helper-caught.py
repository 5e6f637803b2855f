from lenskit.batch import recommend
from beside import USERS, trained


def check():
    raise KeyError(1)


try:
    check()
    recommend(trained(), USERS, n=3)
except KeyError:
    pass
