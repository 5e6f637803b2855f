from lenskit.batch import recommend
from beside import USERS, trained


class Lazy:
    @property
    def result(self):
        return recommend(trained(), USERS, n=3)


lazy = Lazy()
print(type(lazy).result)
