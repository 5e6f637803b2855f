from lenskit.batch import recommend
from beside import USERS, mark, trained
from enum import Enum

class Step(Enum):
    A = 1
    def __init__(self, number):
        recommend(trained(), USERS, n=3)
