import time
from lenskit.batch import recommend
from beside import USERS, mark, trained

mark()
time.sleep(0.01)
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
