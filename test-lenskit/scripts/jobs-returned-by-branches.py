import os
from lenskit.batch import recommend
from beside import USERS, trained


def jobs():
    if os.environ.get("SMALL"):
        return 1
    return 2


recommend(trained(), USERS, n=3, n_jobs=jobs())
