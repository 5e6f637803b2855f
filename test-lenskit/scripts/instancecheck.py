from lenskit.batch import recommend
from beside import USERS, mark, trained

class M(type):
    def __instancecheck__(cls, one):
        recommend(trained(), USERS, n=3)
        return True

class A(metaclass=M):
    pass

isinstance(3, A)
