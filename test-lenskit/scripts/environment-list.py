import os
from lenskit.batch import recommend
from beside import USERS, trained

os.environ["LK_NUM_PROCS"] = "1,2"
recommend(trained(), USERS, n=3)
