#: run proj/scripts/run.py
#: path proj/src
from evaluation import go

go()
--- proj/pyproject.toml
[project]
name = "evaluation"
--- proj/src/evaluation/__init__.py
from .runs import go
--- proj/src/evaluation/runs.py
from lenskit.batch import recommend
from beside import USERS, trained


def go():
    recommend(trained(), USERS, n=3)
