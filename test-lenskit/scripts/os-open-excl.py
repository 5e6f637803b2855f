from lenskit.batch import recommend
from beside import USERS, mark, trained
import os
os.close(os.open("a.txt", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
