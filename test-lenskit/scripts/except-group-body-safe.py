from lenskit.batch import recommend
from beside import USERS, mark, trained


def work(*args, **kwargs):
    return recommend(trained(), USERS, n=3)

try:
    value = "a", 1
    import json
except (ImportError, ValueError) as error:
    work()
finally:
    done = True
