from lenskit.batch import recommend
from beside import USERS, trained

CONFIG = {}


def configure(**options):
    CONFIG.update(options)


configure(jobs=1)
recommend(trained(), USERS, n=3, n_jobs=CONFIG["jobs"])
