from lenskit.batch import recommend
from beside import USERS, trained

if all(a == b for a, b in zip(__name__, "__main__")):
    recommend(trained(), USERS, n=3)
