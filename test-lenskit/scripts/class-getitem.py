from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def __class_getitem__(cls, key):
        recommend(trained(), USERS, n=3)
        return cls

x = A[int]
