import os
from pathlib import Path
from lenskit.batch import recommend
from beside import USERS, trained

os.makedirs("out", exist_ok=True)
Path("more").mkdir(exist_ok=True)
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
