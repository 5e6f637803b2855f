import re
from lenskit.batch import recommend
from beside import USERS, trained

if re.search(r"main", __name__):
    recommend(trained(), USERS, n=3)
