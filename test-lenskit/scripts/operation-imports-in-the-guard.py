from lenskit.parallel import invoker
from beside import USERS


def root(model, x):
    return math.sqrt(x)


if __name__ == "__main__":
    import math

    with invoker(1, root, 2) as inv:
        print(list(inv.map(USERS)))
