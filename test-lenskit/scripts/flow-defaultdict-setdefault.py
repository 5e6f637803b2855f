from lenskit.batch import recommend
from beside import USERS, trained

cache = {}
cache.setdefault("a", recommend(trained(), USERS, n=3))
