import atexit
from lenskit.batch import recommend
from beside import USERS, mark, trained


@atexit.register
def bye():
    print("bye")


if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
