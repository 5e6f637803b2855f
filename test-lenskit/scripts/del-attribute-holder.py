from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __del__(self):
        recommend(trained(), USERS, n=3)

class B:
    def __init__(self):
        self.a = A()

b = B()
del b
