import os
from lenskit.batch import recommend
from beside import USERS, mark, trained

mark()
os.putenv("LK_NUM_PROCS", "1")
recommend(trained(), USERS, n=3)
