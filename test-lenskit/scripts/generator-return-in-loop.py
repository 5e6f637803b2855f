from lenskit.batch import recommend
from beside import USERS, mark, trained

def steps():
    yield 1
    recommend(trained(), USERS, n=3)
    yield 2

def first():
    for x in steps():
        return x

first()
