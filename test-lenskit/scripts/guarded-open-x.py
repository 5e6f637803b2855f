from lenskit.batch import recommend
from beside import USERS, trained

log = open("log.txt", "x")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
