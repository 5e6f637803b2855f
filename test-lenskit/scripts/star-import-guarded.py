from lenskit.batch import recommend
from helpers import *

if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- helpers.py
from beside import USERS, trained
