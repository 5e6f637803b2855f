from helpers import *

run()
--- helpers.py
from lenskit.batch import recommend
from beside import USERS, trained


def run():
    recommend(trained(), USERS, n=3)
