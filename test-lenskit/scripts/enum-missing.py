from lenskit.batch import recommend
from beside import USERS, mark, trained
from enum import Enum

class Color(Enum):
    RED = 1
    @classmethod
    def _missing_(cls, value):
        recommend(trained(), USERS, n=3)
        return cls.RED

Color(2)
