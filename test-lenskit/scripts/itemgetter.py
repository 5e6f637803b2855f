from lenskit.batch import recommend
from beside import USERS, mark, trained


def work(*args, **kwargs):
    return recommend(trained(), USERS, n=3)

from operator import itemgetter
steps = {"go": work}
itemgetter("go")(steps)()
