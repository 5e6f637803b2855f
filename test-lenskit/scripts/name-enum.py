import enum
from lenskit.batch import recommend
from beside import USERS, trained


class Run(enum.Enum):
    MAIN = "__main__"


if __name__ == Run.MAIN.value:
    recommend(trained(), USERS, n=3)
