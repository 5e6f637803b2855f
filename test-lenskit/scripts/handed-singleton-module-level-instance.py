from lenskit.batch import recommend
from beside import USERS, trained


class Registry(dict):
    def __missing__(self, key):
        recommend(trained(), USERS, n=3)
        return 1


Registry()["a"]
