"""What every script of this folder for LensKit 0.x has beside it."""

import os

import pandas as pd
from lenskit.algorithms import Recommender
from lenskit.algorithms.basic import PopScore

USERS = [3]
RATINGS = pd.DataFrame({"user": [1, 1, 2, 2, 3], "item": [1, 2, 1, 3, 2], "rating": 3.0})


def fitted():
    return Recommender.adapt(PopScore()).fit(RATINGS)


def mark():
    handle = os.open(os.environ["MARKS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{os.getpid()}\n".encode())
    os.close(handle)
