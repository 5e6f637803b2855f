from lenskit.batch import recommend
from beside import USERS, trained

if len(__name__) == 8:
    recommend(trained(), USERS, n=3)
