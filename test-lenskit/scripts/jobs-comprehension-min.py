from lenskit.batch import recommend
from beside import USERS, trained

jobs = min([n for n in (1, 2, 4)])
recommend(trained(), USERS, n=3, n_jobs=jobs)
