from lenskit.batch import recommend
from beside import USERS, trained

results = (recommend(trained(), USERS, n=n) for n in (3, 5))
