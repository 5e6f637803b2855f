import sys
from lenskit.batch import recommend
from beside import USERS, trained

recommend(trained(), USERS, n=3, n_jobs=2 if len(sys.argv) == 1 else 1)
