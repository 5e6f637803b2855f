from lenskit.batch import recommend
from beside import USERS, mark, trained

def inner():
    yield 1
    recommend(trained(), USERS, n=3)

def outer():
    yield from inner()

next(outer())
