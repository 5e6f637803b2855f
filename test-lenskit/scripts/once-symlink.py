import os
from lenskit.batch import recommend
from beside import USERS, trained

os.symlink("beside.py", "latest")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
