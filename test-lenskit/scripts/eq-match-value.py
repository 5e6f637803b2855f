from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __eq__(self, other):
        recommend(trained(), USERS, n=3)
        return True

match A():
    case 3:
        pass
