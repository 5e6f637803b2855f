from lenskit.batch import recommend
from beside import USERS, trained


def go():
    recommend(trained(), USERS, n=3)


if __name__ == "__main__":
    import __main__

    __main__.go()
