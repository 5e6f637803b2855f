from lenskit.batch import recommend
from beside import USERS, trained

jobs = 8
while True:
    jobs //= 2
    if jobs == 1:
        break
recommend(trained(), USERS, n=3, n_jobs=jobs)
