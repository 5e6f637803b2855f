#: lenskit 0.14.4
import sys
from lenskit import batch
from beside import USERS, fitted

if __name__ == "__main__":
    batch.recommend(fitted(), USERS, 3)
sys.exit(0)
