from lenskit.batch import recommend
from beside import USERS, trained

for n in (1, 2, 3):
    if n == 3:
        break
else:
    recommend(trained(), USERS, n=3)
