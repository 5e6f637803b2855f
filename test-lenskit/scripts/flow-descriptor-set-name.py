from lenskit.batch import recommend
from beside import USERS, trained


class Field:
    def __set_name__(self, owner, name):
        recommend(trained(), USERS, n=3)


class Model:
    field = Field()
