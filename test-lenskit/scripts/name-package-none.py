from lenskit.batch import recommend
from beside import USERS, trained

if __package__ is None:
    recommend(trained(), USERS, n=3)
