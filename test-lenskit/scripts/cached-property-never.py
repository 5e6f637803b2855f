from lenskit.batch import recommend
from beside import USERS, mark, trained
from functools import cached_property

class A:
    @cached_property
    def result(self):
        return recommend(trained(), USERS, n=3)

a = A()
