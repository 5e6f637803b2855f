from functools import partial
from lenskit import batch
from beside import USERS, trained

rec = partial(batch.recommend, n_jobs=2)
rec(trained(), USERS, n=3)
