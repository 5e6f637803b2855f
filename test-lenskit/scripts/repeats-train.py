from lenskit.batch import recommend
from lenskit.basic import PopScorer
from beside import USERS, mark, trained

mark()
pipe = trained()
if __name__ == "__main__":
    recommend(pipe, USERS, n=3)
