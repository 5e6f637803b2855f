from lenskit.batch import recommend
from beside import USERS, mark, trained
def loud(f):
    print("decorating")
    mark()
    return f

@loud
def f():
    pass
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
