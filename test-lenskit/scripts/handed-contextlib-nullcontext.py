import contextlib
from lenskit.batch import recommend
from beside import USERS, trained

with contextlib.redirect_stdout(None):
    recommend(trained(), USERS, n=3)
