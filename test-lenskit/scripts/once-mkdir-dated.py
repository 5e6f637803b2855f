import os
import time
from lenskit.batch import recommend
from beside import USERS, trained

os.mkdir(f"out-{time.time_ns()}")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
