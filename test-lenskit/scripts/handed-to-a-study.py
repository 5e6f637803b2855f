from lenskit.batch import recommend
from beside import USERS, trained
from optimizer import create_study


def objective(trial):
    return len(recommend(trained(), USERS, n=3))


study = create_study()
study.optimize(objective, n_trials=1)
--- optimizer.py
import importlib

create_study = importlib.import_module("study_library").Study
--- study_library.py
class Study:
    def optimize(self, function, n_trials):
        for trial in range(n_trials):
            function(trial)
