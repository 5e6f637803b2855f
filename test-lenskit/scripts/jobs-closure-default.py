from lenskit.batch import recommend
from beside import USERS, trained


def maker(jobs):
    def go(n_jobs=jobs):
        recommend(trained(), USERS, n=3, n_jobs=n_jobs)
    return go


maker(1)()
