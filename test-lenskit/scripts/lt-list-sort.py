from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __lt__(self, other):
        recommend(trained(), USERS, n=3)
        return True

xs = [A(), A()]
xs.sort()
