import os
from lenskit.batch import recommend
from beside import USERS, trained

if "STARTED" not in os.environ:
    os.environ["STARTED"] = "1"
    recommend(trained(), USERS, n=3)
