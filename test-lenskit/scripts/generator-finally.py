from lenskit.batch import recommend
from beside import USERS, mark, trained

def steps():
    try:
        yield 1
    finally:
        recommend(trained(), USERS, n=3)

for x in steps():
    break
