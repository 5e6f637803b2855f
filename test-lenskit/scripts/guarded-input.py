from lenskit.batch import recommend
from beside import USERS, trained

name = input("name: ")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
