from lenskit.batch import recommend
from beside import USERS, trained


class Job:
    def __init__(self, f, jobs=None):
        self.f = f
        self.jobs = jobs

    def run(self):
        return self.f(self.jobs)


def ev(jobs):
    return recommend(trained(), USERS, n=3, n_jobs=jobs)


Job(ev).run()
