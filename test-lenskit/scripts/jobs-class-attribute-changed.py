from lenskit.batch import recommend
from beside import USERS, trained


class Config:
    jobs = 1


Config.jobs = 2
recommend(trained(), USERS, n=3, n_jobs=Config().jobs)
