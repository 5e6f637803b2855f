import os
from lenskit.batch import recommend
from beside import USERS, trained

os.environ["LK_NUM_PROCS"] = "1"
os.environ.pop("LK_NUM_PROCS", None)
os.environ.update(dict(LK_NUM_PROCS="1"))
recommend(trained(), USERS, n=3)
