from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __invert__(self):
        recommend(trained(), USERS, n=3)
        return 1

print(~A())
