from lenskit.batch import recommend
from beside import USERS, trained


def entry(f):
    if f.__module__ == "__main__":
        f()
    return f


@entry
def main():
    recommend(trained(), USERS, n=3)
