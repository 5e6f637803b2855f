import multiprocessing
from lenskit.batch import recommend
from beside import USERS, trained

if multiprocessing.parent_process() is None:
    recommend(trained(), USERS, n=3)
