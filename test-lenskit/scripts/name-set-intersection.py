from lenskit.batch import recommend
from beside import USERS, trained

if {__name__} & {"__main__", "job"}:
    recommend(trained(), USERS, n=3)
