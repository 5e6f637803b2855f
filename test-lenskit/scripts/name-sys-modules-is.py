import sys
from lenskit.batch import recommend
from beside import USERS, trained

if sys.modules["__main__"] is sys.modules[__name__]:
    recommend(trained(), USERS, n=3)
