import sys
from lenskit.batch import recommend
from beside import USERS, trained

try:
    open("lock", "x").close()
except FileExistsError:
    sys.exit("it runs already")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
