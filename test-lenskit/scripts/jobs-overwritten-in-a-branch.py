import os
from lenskit.batch import recommend
from beside import USERS, trained

DEBUG = bool(os.environ.get("DEBUG"))
n = 4
if DEBUG:
    n = 1
recommend(trained(), USERS, n=3, n_jobs=n)
