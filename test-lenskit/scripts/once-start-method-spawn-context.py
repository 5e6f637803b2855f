import multiprocessing
from lenskit.batch import recommend
from beside import USERS, trained

multiprocessing.get_context("spawn").Process(target=print).start()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
