from lenskit.batch import recommend
from beside import USERS, mark, trained
from functools import cmp_to_key

def compare(a, b):
    recommend(trained(), USERS, n=3)
    return 0

sorted([1, 2], key=cmp_to_key(compare))
