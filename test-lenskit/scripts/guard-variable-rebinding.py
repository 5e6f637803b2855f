from lenskit.batch import recommend
from beside import USERS, trained

__name__ = "__main__"
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
