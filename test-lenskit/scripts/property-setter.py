from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    @property
    def x(self):
        return 3
    @x.setter
    def x(self, value):
        recommend(trained(), USERS, n=3)

A().x = 3
