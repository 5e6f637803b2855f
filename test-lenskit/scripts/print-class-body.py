from lenskit.batch import recommend
from beside import USERS, mark, trained
class A:
    print("class", mark())
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
