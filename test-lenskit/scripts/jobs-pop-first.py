from lenskit.batch import recommend
from beside import USERS, trained

jobs = [2, 1]
recommend(trained(), USERS, n=3, n_jobs=jobs.pop(0))
