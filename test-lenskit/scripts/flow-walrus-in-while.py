from lenskit.batch import recommend
from beside import USERS, trained

items = [1]
while (item := items.pop() if items else None) is not None:
    recommend(trained(), USERS, n=3)
