from contextlib import ExitStack
from lenskit.batch import recommend
from beside import USERS, trained


def run():
    recommend(trained(), USERS, n=3)


with ExitStack() as stack:
    stack.callback(run)
