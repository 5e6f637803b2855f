from lenskit.batch import recommend
from beside import USERS, trained

if __name__.startswith(("__main", "job")):
    recommend(trained(), USERS, n=3)
