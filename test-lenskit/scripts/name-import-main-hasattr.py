import __main__
from lenskit.batch import recommend
from beside import USERS, trained

if hasattr(__main__, "__file__"):
    recommend(trained(), USERS, n=3)
