from lenskit.batch import recommend
from beside import USERS, trained

n = 2
for attempt in range(3):
    if USERS:
        break
    n = 1
recommend(trained(), USERS, n=3, n_jobs=n)
