from lenskit.batch import recommend
from beside import USERS, trained


def quality(n):
    return len(recommend(trained(), USERS, n=n))


print(max([3, 2], key=quality))
