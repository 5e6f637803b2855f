from concurrent.futures import ThreadPoolExecutor
from lenskit.batch import recommend
from beside import USERS, trained

pool = ThreadPoolExecutor(max_workers=1)
list(pool.map(lambda n: len(recommend(trained(), USERS, n=n)), [3]))
