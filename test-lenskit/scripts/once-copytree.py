import shutil
from lenskit.batch import recommend
from beside import USERS, trained

shutil.copytree("data", "copy")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- data/a.txt
1
