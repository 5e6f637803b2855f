from lenskit.batch import recommend
from beside import USERS, trained


def run(*args, **kwargs):
    return recommend(*args, **kwargs)


run(trained(), USERS, n=3, n_jobs=1)
