import os
from lenskit.batch import recommend
from beside import USERS, trained

assert not os.path.exists("results.txt"), "there already"
open("results.txt", "w").close()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
