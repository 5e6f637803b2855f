import lenskit.parallel
from lenskit.batch import recommend
from beside import USERS, trained

lenskit.parallel.ensure_parallel_init()
lenskit.parallel.initialize(processes=1)
recommend(trained(), USERS, n=3)
