from lenskit.batch import recommend
from beside import USERS, trained


class Experiment:
    def __init__(self):
        self.steps = [self.evaluate]

    def evaluate(self):
        recommend(trained(), USERS, n=3)

    def run(self):
        for step in self.steps:
            step()


Experiment().run()
