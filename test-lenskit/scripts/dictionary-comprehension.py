from lenskit.batch import recommend
from beside import USERS, trained


def evaluate():
    return recommend(trained(), USERS, n=3)


results = {n: f() for n, f in [("a", evaluate)]}
