import os
from lenskit.batch import recommend
from beside import USERS, trained

SETTINGS = {"LK_NUM_PROCS": "1", "OMP_NUM_THREADS": "1"}
os.environ.update(SETTINGS)
recommend(trained(), USERS, n=3)
