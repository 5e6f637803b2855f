import os
import sys
from lenskit.batch import recommend
from beside import USERS, trained

if len(sys.argv) > 2:
    sys.exit("usage")
os.mkdir("out")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
