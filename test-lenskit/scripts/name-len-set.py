from lenskit.batch import recommend
from beside import USERS, trained

if len({__name__, "__main__"}) == 1:
    recommend(trained(), USERS, n=3)
