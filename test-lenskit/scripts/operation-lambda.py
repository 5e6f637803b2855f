from lenskit.parallel import invoker
from beside import USERS

if __name__ == "__main__":
    with invoker(1, lambda m, x: x, 2) as inv:
        print(list(inv.map(USERS)))
