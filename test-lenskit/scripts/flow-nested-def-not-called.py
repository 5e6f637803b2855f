from lenskit.batch import recommend
from beside import USERS, trained


def outer():
    def inner():
        recommend(trained(), USERS, n=3)
    return 3


outer()
