from os import environ
from lenskit.batch import recommend
from beside import USERS, trained

environ.update(LK_NUM_PROCS="1")
recommend(trained(), USERS, n=3)
