from lenskit.batch import recommend
from beside import USERS, trained

(n, (jobs, *_)) = 3, (1, 4, 8)
recommend(trained(), USERS, n=n, n_jobs=jobs)
