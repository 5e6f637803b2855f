import sys
from lenskit.batch import recommend
from beside import USERS, trained


def prepare():
    print("prepare")


def evaluate():
    recommend(trained(), USERS, n=3)


STEPS = {"prepare": prepare, "evaluate": evaluate}
name = sys.argv[1] if len(sys.argv) > 1 else "evaluate"
STEPS[name]()
