import os
import sys
from lenskit.batch import recommend
from beside import USERS, trained

if os.path.exists("done.txt"):
    sys.exit("done before")
if __name__ == "__main__":
    with open("done.txt", "w") as file:
        file.write("1")
    recommend(trained(), USERS, n=3)
