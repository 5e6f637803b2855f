import sys
from lenskit.batch import recommend
from beside import USERS, trained

try:
    sys.exit(1)
except BaseException:
    pass
recommend(trained(), USERS, n=3)
