from lenskit.batch import recommend
from beside import USERS, mark, trained
def f(x=print("default", mark())):
    pass
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
