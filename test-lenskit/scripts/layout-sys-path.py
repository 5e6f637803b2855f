#: run proj/scripts/run.py
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "lib"))
from runs import go

go()
--- proj/lib/runs.py
from lenskit.batch import recommend
from beside import USERS, trained


def go():
    recommend(trained(), USERS, n=3)
