from lenskit.batch import recommend
from beside import USERS, trained

options = dict(n=3, n_jobs=1)
recommend(trained(), USERS, **options)
