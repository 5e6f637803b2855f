from lenskit.batch import recommend
from beside import USERS, trained


class Study:
    jobs = 2

    @classmethod
    def main(cls):
        cls.go(cls.jobs)

    @staticmethod
    def go(jobs):
        recommend(trained(), USERS, n=3, n_jobs=jobs)


Study.main()
