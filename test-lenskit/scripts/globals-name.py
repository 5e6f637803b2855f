from lenskit.batch import recommend
from beside import USERS, trained


def main():
    recommend(trained(), USERS, n=3)


globals()["main"]()
