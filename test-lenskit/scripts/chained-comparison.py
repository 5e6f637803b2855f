from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __le__(self, other):
        recommend(trained(), USERS, n=3)
        return True

x = 1 if A() <= 2 <= 3 else 0
