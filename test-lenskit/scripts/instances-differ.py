from lenskit.batch import recommend
from beside import USERS, trained


class Job:
    def __init__(self, jobs):
        self.jobs = jobs

    def run(self):
        return recommend(trained(), USERS, n=3, n_jobs=self.jobs)


one = Job(1)
two = Job(2)
one.run()
