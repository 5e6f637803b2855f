from lenskit.batch import recommend
from beside import USERS, mark, trained

def steps():
    for n in [1, 2, 3]:
        yield n
    recommend(trained(), USERS, n=3)

for x in steps():
    if x > 1:
        break
