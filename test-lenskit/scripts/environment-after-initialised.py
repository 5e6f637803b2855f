import os
from lenskit.batch import recommend
from beside import USERS, mark, trained
from lenskit.parallel import ensure_parallel_init

mark()
ensure_parallel_init()
os.environ["LK_NUM_PROCS"] = "1"
recommend(trained(), USERS, n=3)
