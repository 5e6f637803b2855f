from lenskit.batch import recommend
from beside import USERS, trained

try:
    recommend(trained(), USERS, n=3)
except Exception:
    pass
