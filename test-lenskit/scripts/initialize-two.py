import lenskit.parallel
from lenskit.batch import recommend
from beside import USERS, trained

lenskit.parallel.initialize(processes=2)
recommend(trained(), USERS, n=3)
