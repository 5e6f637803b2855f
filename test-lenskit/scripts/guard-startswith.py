from lenskit.batch import recommend
from beside import USERS, trained

if not __name__.startswith("__mp"):
    recommend(trained(), USERS, n=3)
