import fnmatch
from lenskit.batch import recommend
from beside import USERS, trained

if fnmatch.fnmatch(__name__, "__ma*"):
    recommend(trained(), USERS, n=3)
