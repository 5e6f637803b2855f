import sys
from lenskit.batch import recommend
from beside import USERS, trained

try:
    if __name__ != "__main__":
        sys.exit()
except SystemExit:
    pass
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
