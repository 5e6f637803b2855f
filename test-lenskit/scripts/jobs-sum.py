from lenskit.batch import recommend
from beside import USERS, mark, trained
recommend(trained(), USERS, n=3, n_jobs=sum([1, 0]))
