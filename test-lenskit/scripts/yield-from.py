from lenskit.batch import recommend
from beside import USERS, trained


def inner():
    yield recommend(trained(), USERS, n=3)


def outer():
    yield from inner()


print(len(list(outer())))
