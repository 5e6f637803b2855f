from lenskit.batch import recommend
from beside import USERS, trained

JOBS = None


def configure():
    global JOBS
    JOBS = 1


configure()
recommend(trained(), USERS, n=3, n_jobs=JOBS)
