from lenskit.batch import recommend
from beside import USERS, mark, trained
import os, shutil
os.makedirs("tmp_dir/a")
shutil.rmtree("tmp_dir")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
