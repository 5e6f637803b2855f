from lenskit.parallel import multiprocess_executor
from beside import USERS

with multiprocess_executor(2) as pool:
    print(list(pool.map(abs, USERS)))
