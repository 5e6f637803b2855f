import multiprocessing
from lenskit.batch import recommend
from beside import USERS, trained

with multiprocessing.get_context("fork").Pool(1) as pool:
    pool.map(abs, [1])
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
