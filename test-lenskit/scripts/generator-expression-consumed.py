from lenskit.batch import recommend
from beside import USERS, trained

results = (len(recommend(trained(), USERS, n=n)) for n in (3, 5))
print(sum(results))
