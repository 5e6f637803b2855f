import functools
from lenskit.batch import recommend
from beside import USERS, trained


@functools.cache
def results():
    return recommend(trained(), USERS, n=3)


if __name__ == "__main__":
    print(len(results()))
