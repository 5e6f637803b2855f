from dataclasses import dataclass
from lenskit.batch import recommend
from beside import USERS, trained


@dataclass
class Study:
    n: int = 3

    def __post_init__(self):
        self.result = recommend(trained(), USERS, n=self.n)


Study()
