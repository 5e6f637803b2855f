import os
from lenskit.batch import recommend
from beside import USERS, trained

os.environb[b"LK_NUM_PROCS"] = b"1"
recommend(trained(), USERS, n=3)
