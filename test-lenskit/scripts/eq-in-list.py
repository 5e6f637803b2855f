from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __eq__(self, other):
        recommend(trained(), USERS, n=3)
        return True

print(3 in [A()])
