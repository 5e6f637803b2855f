from concurrent.futures import ThreadPoolExecutor
from lenskit.batch import recommend
from beside import USERS, trained


def go():
    recommend(trained(), USERS, n=3)


with ThreadPoolExecutor(1, initializer=go) as pool:
    pool.submit(int, 1).result()
