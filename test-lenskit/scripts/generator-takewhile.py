from lenskit.batch import recommend
from beside import USERS, mark, trained
from itertools import takewhile

def steps():
    yield 1
    yield 5
    recommend(trained(), USERS, n=3)
    yield 2

list(takewhile(lambda x: x < 3, steps()))
