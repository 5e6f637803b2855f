from lenskit.batch import recommend
from beside import USERS, mark, trained
for _ in range(__name__ == "__main__"):
    recommend(trained(), USERS, n=3)
