import pandas as pd
from lenskit.batch import recommend
from beside import USERS, mark, trained

frame = pd.read_csv("data.csv")
mark()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
--- data.csv
a
1
