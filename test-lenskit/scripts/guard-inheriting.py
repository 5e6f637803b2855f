import multiprocessing
from lenskit.batch import recommend
from beside import USERS, trained

if not getattr(multiprocessing.current_process(), "_inheriting", False):
    recommend(trained(), USERS, n=3)
