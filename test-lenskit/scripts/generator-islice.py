from lenskit.batch import recommend
from beside import USERS, mark, trained
from itertools import islice

def steps():
    yield 1
    recommend(trained(), USERS, n=3)
    yield 2

list(islice(steps(), 1))
