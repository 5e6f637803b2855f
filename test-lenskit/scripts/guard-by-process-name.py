import multiprocessing
from lenskit.batch import recommend
from beside import USERS, trained

if multiprocessing.current_process().name != "MainProcess":
    pass
else:
    recommend(trained(), USERS, n=3)
