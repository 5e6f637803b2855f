import multiprocessing as mp
from lenskit.batch import recommend
from beside import USERS, trained

mp.set_start_method("spawn")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
