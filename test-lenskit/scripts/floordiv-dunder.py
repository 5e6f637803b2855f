from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __floordiv__(self, other):
        recommend(trained(), USERS, n=3)
        return 0

x = A() // 2
