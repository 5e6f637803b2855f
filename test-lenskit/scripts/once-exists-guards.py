from pathlib import Path
from lenskit.batch import recommend
from beside import USERS, trained

if not Path("started").exists():
    Path("started").touch()
    recommend(trained(), USERS, n=3)
