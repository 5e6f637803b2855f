import sys
from lenskit.batch import recommend
from beside import USERS, trained

jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
recommend(trained(), USERS, n=3, n_jobs=jobs)
