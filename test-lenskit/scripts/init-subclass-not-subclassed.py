from lenskit.batch import recommend
from beside import USERS, mark, trained

class Base:
    def __init_subclass__(cls, **kwargs):
        recommend(trained(), USERS, n=3)
