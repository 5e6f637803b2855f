import importlib


def go():
    batch = importlib.import_module("lenskit.batch")
    beside = importlib.import_module("beside")
    batch.recommend(beside.trained(), beside.USERS, n=3)


go()
