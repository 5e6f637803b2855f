from lenskit.batch import recommend
from beside import USERS, trained

if __name__ in {"__main__"}:
    recommend(trained(), USERS, n=3)
