from lenskit.batch import recommend
from beside import USERS, mark, trained
recommend(trained(), USERS, n=3, n_jobs=abs(-1) + round(0.2))
