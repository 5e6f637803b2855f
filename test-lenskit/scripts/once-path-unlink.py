from pathlib import Path
from lenskit.batch import recommend
from beside import USERS, trained

Path("x").unlink()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- x
1
