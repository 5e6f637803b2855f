#: lenskit 0.14.4
from lenskit import batch
from beside import USERS, fitted

batch.recommend(fitted(), USERS, 3)
