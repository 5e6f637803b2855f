from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __str__(self):
        recommend(trained(), USERS, n=3)
        return ""

print("%s" % A())
