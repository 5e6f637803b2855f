import pandas as pd
from lenskit.batch import recommend
from beside import USERS, mark, trained

if __name__ == "__main__":
    frame = pd.read_csv("data.csv")
    mark()
    recommend(trained(), USERS, n=3)
--- data.csv
a
1
