from lenskit.batch import recommend
from beside import USERS, mark, trained
import os
from unittest.mock import patch
with patch.dict(os.environ, {"LK_NUM_PROCS": "1"}):
    pass
recommend(trained(), USERS, n=3)
