import os
from lenskit.batch import recommend
from beside import USERS, trained

os.remove("beside.txt")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- beside.txt
text
