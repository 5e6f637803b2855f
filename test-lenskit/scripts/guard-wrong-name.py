from lenskit.batch import recommend
from beside import USERS, trained

if __name__ != "main":
    recommend(trained(), USERS, n=3)
