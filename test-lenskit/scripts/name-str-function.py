from lenskit.batch import recommend
from beside import USERS, trained

if str.__eq__("__main__", __name__):
    recommend(trained(), USERS, n=3)
