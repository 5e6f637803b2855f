from pathlib import Path
from lenskit.batch import recommend
from beside import USERS, trained

HERE = Path(__file__).resolve().parent
for name in ("a.txt", "b.txt"):
    (HERE / name).unlink()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- a.txt
1
--- b.txt
1
