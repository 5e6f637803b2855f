import pandas as pd
from lenskit.batch import recommend
from beside import USERS, mark, trained

if __name__ != "__main__":
    mark()
    frame = pd.read_csv("data.csv")
else:
    mark()
    recommend(trained(), USERS, n=3)
--- data.csv
a
1
