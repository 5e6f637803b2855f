import os
from lenskit.batch import recommend
from beside import USERS, trained

try:
    os.mkdir("out")
except FileExistsError:
    pass
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
