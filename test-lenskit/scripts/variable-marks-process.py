import os
from lenskit.batch import recommend
from beside import USERS, trained

if os.environ.setdefault("OWNER", str(os.getpid())) == str(os.getpid()):
    recommend(trained(), USERS, n=3)
