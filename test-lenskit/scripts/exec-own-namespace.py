from lenskit.batch import recommend
from beside import USERS, trained

exec("if __name__ == '__main__': recommend(trained(), USERS, n=3)", {"__name__": "__main__", "recommend": recommend, "trained": trained, "USERS": USERS})
