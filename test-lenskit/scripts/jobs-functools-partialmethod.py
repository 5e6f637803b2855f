import functools
from lenskit.batch import recommend
from beside import USERS, trained


class Job:
    def run(self, jobs):
        recommend(trained(), USERS, n=3, n_jobs=jobs)

    one = functools.partialmethod(run, 1)


Job().one()
