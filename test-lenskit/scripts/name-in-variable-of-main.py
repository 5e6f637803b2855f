from lenskit.batch import recommend
from beside import USERS, trained

users = None
if __name__ == "__main__":
    users = USERS
if users:
    recommend(trained(), users, n=3)
