#: env LK_NUM_PROCS=
import os
from lenskit.batch import recommend
from beside import USERS, trained

os.environ.setdefault("LK_NUM_PROCS", "1")
recommend(trained(), USERS, n=3)
