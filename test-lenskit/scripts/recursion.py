from lenskit.batch import recommend
from beside import USERS, trained


def run(n):
    if n == 0:
        recommend(trained(), USERS, n=3)
        return
    run(n - 1)


run(2)
