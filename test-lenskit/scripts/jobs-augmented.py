from lenskit.batch import recommend
from beside import USERS, trained

n = 1
n += 1
recommend(trained(), USERS, n=3, n_jobs=n)
