from lenskit.batch import recommend
from beside import USERS, mark, trained
import os
recommend(trained(), USERS, n=3, n_jobs=min(1, os.cpu_count()))
