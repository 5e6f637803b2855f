import json
from lenskit.batch import recommend
from beside import USERS, trained

jobs = json.loads('{"jobs": 1}')["jobs"]
recommend(trained(), USERS, n=3, n_jobs=jobs)
