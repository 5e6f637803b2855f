from lenskit.batch import recommend
from beside import USERS, trained

n_jobs = 2


class Study:
    n_jobs = 1

    def run(self):
        return recommend(trained(), USERS, n=3, n_jobs=n_jobs)


Study().run()
