from concurrent.futures import ThreadPoolExecutor
from lenskit.batch import recommend
from beside import USERS, trained


def evaluate(n):
    return len(recommend(trained(), USERS, n=n))


with ThreadPoolExecutor(1) as pool:
    future = pool.submit(evaluate, 3)
try:
    print(future.result())
except Exception:
    pass
