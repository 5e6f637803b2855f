import sys
from lenskit.batch import recommend
from beside import USERS, trained

if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
sys.exit(0)
