from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __add__(self, other):
        recommend(trained(), USERS, n=3)
        return self

a = A()
a += 1
