import sys
from lenskit.batch import recommend
from beside import USERS, trained

if sys._getframe().f_globals["__name__"] == "__main__":
    recommend(trained(), USERS, n=3)
