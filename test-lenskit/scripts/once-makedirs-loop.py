import os
from lenskit.batch import recommend
from beside import USERS, trained

for name in ["runs", "plots"]:
    os.makedirs(os.path.join("out", name))
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
