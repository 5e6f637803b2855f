from lenskit.batch import recommend
from helpers import *

if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
sys.exit(0)
--- helpers.py
import sys
from beside import USERS, trained
