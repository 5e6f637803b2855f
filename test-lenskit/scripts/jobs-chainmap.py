from collections import ChainMap
from lenskit.batch import recommend
from beside import USERS, trained

config = ChainMap({"jobs": 1}, {"jobs": 4})
recommend(trained(), USERS, n=3, n_jobs=config["jobs"])
