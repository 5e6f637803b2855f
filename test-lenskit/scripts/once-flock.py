import fcntl
from lenskit.batch import recommend
from beside import USERS, trained

lock = open("lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
