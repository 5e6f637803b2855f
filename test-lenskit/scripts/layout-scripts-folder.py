#: run proj/scripts/run.py
#: path proj
from evaluation.runs import go

go()
--- proj/pyproject.toml
[project]
name = "evaluation"
--- proj/evaluation/__init__.py
--- proj/evaluation/runs.py
from lenskit.batch import recommend
from beside import USERS, trained


def go():
    recommend(trained(), USERS, n=3)
