import a
from beside import USERS

a.go(USERS)
--- a.py
import b


def go(users):
    b.run(users)
--- b.py
import a
from lenskit.batch import recommend
from beside import trained


def run(users):
    recommend(trained(), users, n=3)
