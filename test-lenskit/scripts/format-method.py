from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __format__(self, spec):
        recommend(trained(), USERS, n=3)
        return ""

"{}".format(A())
