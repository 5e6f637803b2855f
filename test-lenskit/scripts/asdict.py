from lenskit.batch import recommend
from beside import USERS, mark, trained


def work(*args, **kwargs):
    return recommend(trained(), USERS, n=3)

from dataclasses import dataclass, asdict
from typing import Callable

@dataclass
class Config:
    name: str
    step: Callable

c = Config("x", work)
print(asdict(c)["name"])
