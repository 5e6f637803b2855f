from lenskit.batch import recommend
from beside import USERS, mark, trained

def steps():
    yield 1
    yield 2
    recommend(trained(), USERS, n=3)

for x in steps():
    if x == 2:
        break
