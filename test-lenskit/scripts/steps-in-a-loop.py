from lenskit.batch import recommend
from beside import USERS, trained


def prepare():
    print("prepare")


def evaluate():
    recommend(trained(), USERS, n=3)


for step in (prepare, evaluate):
    step()
