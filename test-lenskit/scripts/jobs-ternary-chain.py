from lenskit.batch import recommend
from beside import USERS, trained

small = len(USERS) < 10
jobs = 1 if small else 2 if len(USERS) < 100 else None
recommend(trained(), USERS, n=3, n_jobs=jobs)
