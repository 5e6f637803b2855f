from lenskit.batch import recommend
from beside import USERS, mark, trained

if __name__ == "__main__":
    pipe = trained()
else:
    pipe = None
if pipe is not None:
    recommend(pipe, USERS, n=3)
