from lenskit.batch import recommend
from beside import USERS, trained

options = {}
for key, value in [("n", 3), ("n_jobs", 1)]:
    options[key] = value
recommend(trained(), USERS, **options)
