from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __getattribute__(self, name):
        return recommend(trained(), USERS, n=3)

A().x
