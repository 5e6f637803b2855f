import os
from lenskit.batch import recommend
from beside import USERS, trained

os.mkdir("out")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
