import numpy as np
from lenskit.batch import recommend
from beside import USERS, mark, trained


def read(name):
    mark()
    return np.loadtxt(name)


DATA = {name: read(name) for name in ("a.txt",)}
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- a.txt
1
