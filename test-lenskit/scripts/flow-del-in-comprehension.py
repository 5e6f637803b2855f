from lenskit.batch import recommend
from beside import USERS, trained

[go for go in [lambda: recommend(trained(), USERS, n=3)]]
