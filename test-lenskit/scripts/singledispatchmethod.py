from lenskit.batch import recommend
from beside import USERS, mark, trained
from functools import singledispatchmethod

class A:
    @singledispatchmethod
    def go(self, x):
        pass

    @go.register
    def _(self, x: int):
        return recommend(trained(), USERS, n=3)

A().go(3)
