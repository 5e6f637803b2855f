import numpy as np
from lenskit.batch import recommend
from beside import USERS, mark, trained


def load():
    mark()
    return np.loadtxt("data.txt")


DATA = load()


def main():
    recommend(trained(), USERS, n=3)


if __name__ == "__main__":
    main()
--- data.txt
1
2
