from lenskit.parallel import invoker
from beside import USERS


def twice(model, x):
    return 2 * x


with invoker(1, twice, 2) as inv:
    results = inv.map(USERS)
