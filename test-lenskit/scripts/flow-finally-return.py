from lenskit.batch import recommend
from beside import USERS, trained


def go():
    try:
        return 1
    finally:
        recommend(trained(), USERS, n=3)


go()
