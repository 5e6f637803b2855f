import sys
from lenskit.batch import recommend
from beside import USERS, trained

if sys.modules["__main__"].__file__:
    recommend(trained(), USERS, n=3)
