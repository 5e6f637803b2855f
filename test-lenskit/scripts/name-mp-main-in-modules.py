import sys
from lenskit.batch import recommend
from beside import USERS, trained

if "__mp_main__" not in sys.modules:
    recommend(trained(), USERS, n=3)
