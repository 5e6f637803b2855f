import sys
from lenskit.batch import recommend
from beside import USERS, trained

match sys.platform:
    case "win32":
        n = 1
    case _:
        n = 2
recommend(trained(), USERS, n=3, n_jobs=n)
