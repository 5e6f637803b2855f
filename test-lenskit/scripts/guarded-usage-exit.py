import sys
from lenskit.batch import recommend
from beside import USERS, trained

if len(sys.argv) > 3:
    sys.exit("usage: job.py")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
