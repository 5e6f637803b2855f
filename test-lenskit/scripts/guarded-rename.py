import os
from lenskit.batch import recommend
from beside import USERS, trained

os.rename("beside.txt", "other.txt")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- beside.txt
text
