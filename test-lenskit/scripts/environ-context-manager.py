from lenskit.batch import recommend
from beside import USERS, mark, trained
import os
from contextlib import contextmanager

@contextmanager
def one_process():
    os.environ["LK_NUM_PROCS"] = "1"
    try:
        yield
    finally:
        del os.environ["LK_NUM_PROCS"]

with one_process():
    recommend(trained(), USERS, n=3)
