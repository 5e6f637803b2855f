from lenskit.batch import recommend
from beside import USERS, trained

try:
    pipe = trained()
finally:
    recommend(pipe, USERS, n=3)
