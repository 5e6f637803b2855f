from lenskit.batch import recommend
from beside import USERS, mark, trained
from functools import singledispatch

@singledispatch
def go(x):
    pass

@go.register
def _(x: int):
    return recommend(trained(), USERS, n=3)

go(3)
