from typing import NamedTuple
from lenskit.batch import recommend
from beside import USERS, trained


class Config(NamedTuple):
    n: int = 3
    jobs: int = 2


config = Config()
recommend(trained(), USERS, n=config.n, n_jobs=config.jobs)
