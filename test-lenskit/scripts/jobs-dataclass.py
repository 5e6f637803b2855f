from dataclasses import dataclass
from lenskit.batch import recommend
from beside import USERS, trained


@dataclass
class Config:
    jobs: int = 1


recommend(trained(), USERS, n=3, n_jobs=Config().jobs)
