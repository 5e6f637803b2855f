import os
from lenskit.batch import recommend
from beside import USERS, trained

n = int(os.environ.get("JOBS", 0)) or 2
recommend(trained(), USERS, n=3, n_jobs=n)
