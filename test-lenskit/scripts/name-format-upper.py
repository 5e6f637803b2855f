from lenskit.batch import recommend
from beside import USERS, trained

if "{}".format(__name__).upper() == "__MAIN__":
    recommend(trained(), USERS, n=3)
