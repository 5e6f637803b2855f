from pathlib import Path
from lenskit.batch import recommend
from beside import USERS, trained

OUT = Path("out") / "run"
OUT.mkdir(parents=True)
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
