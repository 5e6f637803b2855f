from lenskit.batch import recommend
from beside import USERS, trained

steps = []


def step(f):
    steps.append(f)
    return f


@step
def evaluate():
    recommend(trained(), USERS, n=3)


if __name__ == "__main__":
    for f in steps:
        f()
