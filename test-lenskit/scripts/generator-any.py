from lenskit.batch import recommend
from beside import USERS, mark, trained

def steps():
    yield True
    recommend(trained(), USERS, n=3)
    yield True

any(steps())
