from lenskit.batch import recommend
from beside import USERS, mark, trained

def steps():
    yield 1
    recommend(trained(), USERS, n=3)
    yield 2

print(1 in steps())
