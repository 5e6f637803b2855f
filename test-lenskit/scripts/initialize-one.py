from lenskit.batch import recommend
from lenskit.parallel import initialize
from beside import USERS, trained

initialize(processes=1)
recommend(trained(), USERS, n=3)
