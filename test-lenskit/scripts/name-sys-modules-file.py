import sys
from lenskit.batch import recommend
from beside import USERS, trained

if getattr(sys.modules["__main__"], "__file__", None):
    recommend(trained(), USERS, n=3)
