import multiprocessing as mp

from lenskit.batch import recommend
from beside import USERS, trained

if mp.parent_process() is None:
    recommend(trained(), USERS, n=3)
