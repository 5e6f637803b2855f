from lenskit.batch import recommend
from beside import USERS, mark, trained


def work(*args, **kwargs):
    return recommend(trained(), USERS, n=3)

try:
    x = 1
finally:
    work()
