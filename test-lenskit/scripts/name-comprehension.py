from lenskit.batch import recommend
from beside import USERS, trained

for _ in [n for n in [__name__] if n == "__main__"]:
    recommend(trained(), USERS, n=3)
