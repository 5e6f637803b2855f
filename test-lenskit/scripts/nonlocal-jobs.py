from lenskit.batch import recommend
from beside import USERS, trained


def main():
    jobs = 1

    def more():
        nonlocal jobs
        jobs = 2

    more()
    recommend(trained(), USERS, n=3, n_jobs=jobs)


main()
