from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __setattr__(self, name, value):
        recommend(trained(), USERS, n=3)
        object.__setattr__(self, name, value)

A().x = 3
