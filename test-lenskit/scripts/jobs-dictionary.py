from lenskit.batch import recommend
from beside import USERS, trained

CONFIG = {"debug": {"jobs": 1}, "full": {"jobs": 2}}
recommend(trained(), USERS, n=3, n_jobs=CONFIG["full"]["jobs"])
