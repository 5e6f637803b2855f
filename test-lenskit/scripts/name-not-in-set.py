from lenskit.batch import recommend
from beside import USERS, trained

if __name__ not in {"__mp_main__", "helpers"}:
    recommend(trained(), USERS, n=3)
