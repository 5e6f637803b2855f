from lenskit.batch import recommend
from beside import USERS, mark, trained
import tarfile
tarfile.open("a.tar", "x").close()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
