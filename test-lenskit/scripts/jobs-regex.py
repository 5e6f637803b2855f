import re
from lenskit.batch import recommend
from beside import USERS, trained

jobs = int(re.search(r"jobs=(\d)", "n=3 jobs=1").group(1))
recommend(trained(), USERS, n=3, n_jobs=jobs)
