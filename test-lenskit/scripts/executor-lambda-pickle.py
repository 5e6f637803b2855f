from lenskit.parallel import multiprocess_executor
from beside import USERS

if __name__ == "__main__":
    with multiprocess_executor(2) as pool:
        print(list(pool.map(lambda x: x, USERS)))
