from lenskit.batch import recommend
from beside import USERS, trained

if globals().get("__name__") == "__main__":
    recommend(trained(), USERS, n=3)
