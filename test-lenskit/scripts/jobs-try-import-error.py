from lenskit.batch import recommend
from beside import USERS, trained

try:
    import psutil

    n = psutil.cpu_count()
except ImportError:
    n = 1
recommend(trained(), USERS, n=3, n_jobs=n)
