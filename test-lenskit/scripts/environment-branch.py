import os
import sys
from lenskit.batch import recommend
from beside import USERS, trained

if len(sys.argv) > 1:
    os.environ["LK_NUM_PROCS"] = "1"
recommend(trained(), USERS, n=3)
