from lenskit.batch import recommend
from beside import USERS, mark, trained


def work(*args, **kwargs):
    return recommend(trained(), USERS, n=3)

def kind():
    work()
    return ValueError
try:
    raise ValueError
except kind():
    pass
