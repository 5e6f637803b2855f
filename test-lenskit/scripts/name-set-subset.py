from lenskit.batch import recommend
from beside import USERS, trained

MAIN = frozenset(["__main__"])
if MAIN.issuperset([__name__]):
    recommend(trained(), USERS, n=3)
