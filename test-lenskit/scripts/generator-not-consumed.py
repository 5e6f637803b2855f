from lenskit.batch import recommend
from beside import USERS, trained


def runs():
    for n in (3, 5):
        yield recommend(trained(), USERS, n=n)


results = runs()
