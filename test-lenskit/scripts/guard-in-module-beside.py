from lenskit.batch import recommend
from where import is_main
from beside import USERS, trained

if is_main(__name__):
    recommend(trained(), USERS, n=3)
--- where.py
def is_main(name):
    return name == "__main__"
