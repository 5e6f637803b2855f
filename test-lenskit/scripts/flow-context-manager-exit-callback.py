import contextlib
from lenskit.batch import recommend
from beside import USERS, trained

with contextlib.ExitStack() as stack:
    stack.callback(lambda: recommend(trained(), USERS, n=3))
