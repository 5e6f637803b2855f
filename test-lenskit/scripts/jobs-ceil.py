from lenskit.batch import recommend
from beside import USERS, mark, trained
import math
recommend(trained(), USERS, n=3, n_jobs=math.ceil(0.5))
