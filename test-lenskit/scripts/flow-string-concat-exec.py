from lenskit.batch import recommend
from beside import USERS, trained

exec("recommend(trained(), " + "USERS, n=3)")
