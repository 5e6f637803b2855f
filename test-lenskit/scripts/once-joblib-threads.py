from concurrent.futures import ThreadPoolExecutor
from lenskit.batch import recommend
from beside import USERS, trained

with ThreadPoolExecutor(2) as pool:
    list(pool.map(abs, [1, 2]))
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
