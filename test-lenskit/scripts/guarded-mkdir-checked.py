import os
from lenskit.batch import recommend
from beside import USERS, trained

if not os.path.exists("out"):
    os.mkdir("out")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
