from lenskit.batch import recommend
from beside import USERS, mark, trained

def steps():
    yield "a"
    recommend(trained(), USERS, n=3)
    yield "b"

for i, x in enumerate(steps()):
    break
