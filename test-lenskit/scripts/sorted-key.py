from lenskit.batch import recommend
from beside import USERS, trained

best = sorted([3, 2], key=lambda n: len(recommend(trained(), USERS, n=n)))
