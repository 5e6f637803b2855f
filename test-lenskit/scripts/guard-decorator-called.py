from lenskit.batch import recommend
from beside import USERS, trained


def main_only(f):
    if f.__module__ == "__main__":
        f()
    return f


@main_only
def go():
    recommend(trained(), USERS, n=3)
