import os
import pandas as pd
from lenskit.batch import recommend
from beside import USERS, trained

frame = pd.read_csv("data.csv")
if __name__ == "__main__":
    os.remove("data.csv")
    recommend(trained(), USERS, n=3)
--- data.csv
a
1
