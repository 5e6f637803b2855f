from lenskit.batch import recommend
from beside import USERS, trained

try:
    assert __name__ == "__main__"
except AssertionError:
    pass
else:
    recommend(trained(), USERS, n=3)
