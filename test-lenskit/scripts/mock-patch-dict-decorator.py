from lenskit.batch import recommend
from beside import USERS, mark, trained
import os
from unittest.mock import patch

@patch.dict(os.environ, {"LK_NUM_PROCS": "1"})
def main():
    recommend(trained(), USERS, n=3)

main()
