from lenskit.batch import recommend
from beside import USERS, trained

n = 1
while n < 3:
    recommend(trained(), USERS, n=3, n_jobs=n)
    n = n + 1
