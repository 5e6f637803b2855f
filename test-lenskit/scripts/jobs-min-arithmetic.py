from lenskit.batch import recommend
from beside import USERS, mark, trained
recommend(trained(), USERS, n=3, n_jobs=min(8, 4 // 2, 1 << 0))
