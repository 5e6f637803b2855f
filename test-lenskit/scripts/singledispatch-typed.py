from lenskit.batch import recommend
from beside import USERS, mark, trained
import functools

@functools.singledispatch
def go(x):
    pass

@go.register(str)
def go_text(x):
    return recommend(trained(), USERS, n=3)

go("a")
