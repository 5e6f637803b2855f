#: lenskit 0.14.4
from lenskit import batch
from beside import USERS, fitted, mark

mark()
algo = fitted()
if __name__ == "__main__":
    batch.recommend(algo, USERS, 3)
