from lenskit.batch import recommend
from beside import USERS, trained

DONE = False


def go():
    global DONE
    if DONE:
        return
    DONE = True
    recommend(trained(), USERS, n=3)


DONE = True
go()
