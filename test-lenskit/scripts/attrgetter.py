from lenskit.batch import recommend
from beside import USERS, mark, trained
from operator import attrgetter

class A:
    @property
    def result(self):
        return recommend(trained(), USERS, n=3)

get = attrgetter("result")
get(A())
