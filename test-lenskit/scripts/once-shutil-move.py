import shutil
from lenskit.batch import recommend
from beside import USERS, trained

shutil.move("a.txt", "b.txt")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- a.txt
1
