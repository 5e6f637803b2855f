import os
from lenskit.batch import recommend
from beside import USERS, trained

os.chdir("sub")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- sub/empty.txt
