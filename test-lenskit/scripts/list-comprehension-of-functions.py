from lenskit.batch import recommend
from beside import USERS, trained


def ev(n):
    return recommend(trained(), USERS, n=n)


results = [f(5) for f in [ev]]
