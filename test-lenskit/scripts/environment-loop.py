import os
from lenskit.batch import recommend
from beside import USERS, trained

for name in ("LK_NUM_PROCS", "LK_NUM_THREADS"):
    os.environ[name] = "1"
recommend(trained(), USERS, n=3)
