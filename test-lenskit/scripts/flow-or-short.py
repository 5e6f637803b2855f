from lenskit.batch import recommend
from beside import USERS, trained

cached = [1]
results = cached or recommend(trained(), USERS, n=3)
