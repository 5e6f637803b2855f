import operator
from lenskit.parallel import invoker
from beside import USERS, trained

if __name__ == "__main__":
    with invoker({3: 4}, operator.getitem, n_jobs=2) as inv:
        print(list(inv.map(USERS)))
