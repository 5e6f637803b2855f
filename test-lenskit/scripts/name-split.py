from lenskit.batch import recommend
from beside import USERS, trained

if __name__.split("_")[2] == "main":
    recommend(trained(), USERS, n=3)
