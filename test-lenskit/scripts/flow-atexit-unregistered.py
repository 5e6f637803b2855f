import atexit
from lenskit.batch import recommend
from beside import USERS, trained


def go():
    recommend(trained(), USERS, n=3)


atexit.register(go)
atexit.unregister(go)
