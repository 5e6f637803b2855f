from lenskit.batch import recommend
from beside import USERS, mark, trained

def runs(cls):
    cls().go()
    return cls

@runs
class A:
    def go(self):
        return recommend(trained(), USERS, n=3)
