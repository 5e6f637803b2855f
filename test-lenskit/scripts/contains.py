from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __contains__(self, x):
        recommend(trained(), USERS, n=3)
        return True

print(2 not in A())
