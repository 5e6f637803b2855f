from types import SimpleNamespace
from lenskit.batch import recommend
from beside import USERS, trained

config = SimpleNamespace(jobs=1, n=3)
recommend(trained(), USERS, n=config.n, n_jobs=config.jobs)
