import os
from lenskit.batch import recommend
from beside import USERS, trained

if os.environ.get("STARTED") is None:
    recommend(trained(), USERS, n=3)
    os.environ["STARTED"] = "1"
