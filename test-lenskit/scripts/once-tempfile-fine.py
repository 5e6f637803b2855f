import tempfile
import os
from lenskit.batch import recommend
from beside import USERS, trained

folder = tempfile.mkdtemp()
os.mkdir(os.path.join(folder, "out"))
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
