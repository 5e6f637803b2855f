from lenskit.batch import recommend
from beside import USERS, trained

steps = []


def step(f):
    steps.append(f)
    return f


@step
def evaluate():
    recommend(trained(), USERS, n=3)


for f in steps:
    f()
