import re
from lenskit.batch import recommend
from beside import USERS, trained

if re.match("__main__", __name__):
    recommend(trained(), USERS, n=3)
