from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __del__(self):
        recommend(trained(), USERS, n=3)

a = A()
a = None
