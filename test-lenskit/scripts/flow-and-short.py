from lenskit.batch import recommend
from beside import USERS, trained

verbose = False
verbose and recommend(trained(), USERS, n=3)
