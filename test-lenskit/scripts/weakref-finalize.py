from lenskit.batch import recommend
from beside import USERS, mark, trained


def work(*args, **kwargs):
    return recommend(trained(), USERS, n=3)

import weakref

class A:
    pass

a = A()
weakref.finalize(a, work)
del a
