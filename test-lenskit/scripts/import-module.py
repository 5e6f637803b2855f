import importlib
from beside import USERS, trained

batch = importlib.import_module("lenskit.batch")
batch.recommend(trained(), USERS, n=3)
