from lenskit.batch import recommend
from beside import USERS, trained

recommend(trained(), USERS, n=3, n_jobs=9 % 4)
