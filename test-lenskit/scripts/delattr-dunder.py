from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    x = 3
    def __delattr__(self, name):
        recommend(trained(), USERS, n=3)

a = A()
del a.x
