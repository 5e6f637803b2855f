from lenskit.batch import recommend
from beside import USERS, mark, trained
if __name__.strip("_") == "main":
    recommend(trained(), USERS, n=3)
