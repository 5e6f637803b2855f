from lenskit.parallel import multiprocess_executor
import beside

with multiprocess_executor(2) as pool:
    print(pool)
