from lenskit.batch import recommend
from beside import USERS, trained


def where():
    return globals()["__name__"]


if where() == "__main__":
    recommend(trained(), USERS, n=3)
