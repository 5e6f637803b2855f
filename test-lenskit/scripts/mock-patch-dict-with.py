from lenskit.batch import recommend
from beside import USERS, mark, trained
import os
from unittest import mock
with mock.patch.dict(os.environ, {"LK_NUM_PROCS": "1"}):
    recommend(trained(), USERS, n=3)
