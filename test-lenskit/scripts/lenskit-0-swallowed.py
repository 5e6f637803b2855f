#: lenskit 0.14.4
from lenskit import batch
from beside import USERS, fitted, mark

mark()
try:
    batch.recommend(fitted(), USERS, 3)
except Exception:
    pass
