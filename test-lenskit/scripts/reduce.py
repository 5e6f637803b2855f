from functools import reduce
from lenskit.batch import recommend
from beside import USERS, trained


def step(total, n):
    return total + len(recommend(trained(), USERS, n=n))


print(reduce(step, [3], 0))
