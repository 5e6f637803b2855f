#: lenskit 0.14.4
import os
from lenskit import batch
from beside import USERS, fitted

batch.recommend(fitted(), USERS, 3, n_jobs=1)
os.environ["LK_NUM_PROCS"] = "1"
batch.recommend(fitted(), USERS, 3)
