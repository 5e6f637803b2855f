from lenskit.batch import recommend
from beside import USERS, trained

if __name__[::-1][2:6] == "niam":
    recommend(trained(), USERS, n=3)
