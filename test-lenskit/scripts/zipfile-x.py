from lenskit.batch import recommend
from beside import USERS, mark, trained
import zipfile
with zipfile.ZipFile("a.zip", "x") as z:
    z.writestr("a", "b")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
