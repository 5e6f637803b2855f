import os
from lenskit.batch import recommend
from beside import USERS, trained

if __name__ == "__main__":
    os.mkdir("out")
    recommend(trained(), USERS, n=3)
