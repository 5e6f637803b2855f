from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __divmod__(self, other):
        recommend(trained(), USERS, n=3)
        return 0

divmod(A(), 2)
