import pandas as pd
from lenskit.batch import recommend
from beside import USERS, mark, trained


class Data:
    mark()
    frame = pd.read_csv("data.csv")


if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- data.csv
a
1
