import os

os.chdir("sub")
import sys

sys.path.insert(0, "..")
from lenskit.batch import recommend
from beside import USERS, trained

if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- sub/empty.txt
