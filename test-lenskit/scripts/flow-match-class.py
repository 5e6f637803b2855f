from lenskit.batch import recommend
from beside import USERS, trained


class Point:
    __match_args__ = ("x",)

    def __init__(self, x):
        self.x = x


match Point(1):
    case Point(x=2):
        recommend(trained(), USERS, n=3)
    case _:
        pass
