import os
from lenskit.batch import recommend
from beside import USERS, trained

small = os.environ.get("SMALL")
n = 1 if small else None
recommend(trained(), USERS, n=3, n_jobs=n)
