import os
import shutil
from lenskit.batch import recommend
from beside import USERS, trained

shutil.rmtree("out", ignore_errors=True)
os.mkdir("out")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
