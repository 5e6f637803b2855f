import multiprocessing
from lenskit.batch import recommend
from beside import USERS, trained

manager = multiprocessing.get_context("spawn").Manager()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
