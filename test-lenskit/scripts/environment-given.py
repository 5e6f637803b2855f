#: env LK_NUM_PROCS=1
from lenskit.batch import recommend
from beside import USERS, trained

recommend(trained(), USERS, n=3)
