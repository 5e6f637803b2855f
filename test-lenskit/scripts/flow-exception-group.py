from lenskit.batch import recommend
from beside import USERS, trained

try:
    raise ExceptionGroup("x", [ValueError(1)])
except* ValueError:
    recommend(trained(), USERS, n=3)
