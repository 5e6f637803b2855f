from lenskit.batch import recommend
from beside import USERS, mark, trained
import gzip
gzip.open("a.gz", "xt").close()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
