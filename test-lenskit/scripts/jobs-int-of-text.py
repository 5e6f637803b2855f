from lenskit.batch import recommend
from beside import USERS, trained

recommend(trained(), USERS, n=3, n_jobs=int(" 1 ".strip()))
