import timeit
from lenskit.batch import recommend
from beside import USERS, trained

print(timeit.timeit(lambda: recommend(trained(), USERS, n=3), number=1))
