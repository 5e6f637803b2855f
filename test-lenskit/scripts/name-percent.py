from lenskit.batch import recommend
from beside import USERS, trained

if "%s!" % __name__ == "__main__!":
    recommend(trained(), USERS, n=3)
