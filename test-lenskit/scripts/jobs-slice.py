from lenskit.batch import recommend
from beside import USERS, trained

for n in [4, 2, 1][2:]:
    recommend(trained(), USERS, n=3, n_jobs=n)
