from lenskit.batch import recommend
from beside import USERS, trained

for jobs in [1, 2]:
    recommend(trained(), USERS, n=3, n_jobs=jobs)
