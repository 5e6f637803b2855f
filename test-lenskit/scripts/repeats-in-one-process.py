from lenskit.batch import recommend
from beside import USERS, mark, trained

mark()
recommend(trained(), USERS, n=3, n_jobs=1)
if __name__ == "__main__":
    recommend(trained(), USERS, n=3, n_jobs=2)
