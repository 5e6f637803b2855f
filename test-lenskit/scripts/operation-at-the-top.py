from lenskit.parallel import invoker
from beside import USERS

FACTOR = 3


def times(model, x):
    return FACTOR * x


if __name__ == "__main__":
    with invoker(1, times, 2) as inv:
        print(list(inv.map(USERS)))
