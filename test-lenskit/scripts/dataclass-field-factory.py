from lenskit.batch import recommend
from beside import USERS, mark, trained


def work(*args, **kwargs):
    return recommend(trained(), USERS, n=3)

from dataclasses import dataclass, field

@dataclass
class Config:
    result: object = field(default_factory=work)

Config()
