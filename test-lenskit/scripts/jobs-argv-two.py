import sys
from lenskit.batch import recommend
from beside import USERS, trained

jobs = int(sys.argv[1]) if sys.argv[1:] else 2
recommend(trained(), USERS, n=3, n_jobs=jobs)
