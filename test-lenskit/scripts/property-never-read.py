from functools import cached_property
from lenskit.batch import recommend
from beside import USERS, trained


class Study:
    @cached_property
    def result(self):
        return recommend(trained(), USERS, n=3)


Study()
