import pandas as pd
from lenskit.batch import recommend
from beside import USERS, trained

pd.DataFrame({"a": [1]}).to_csv("a.csv", mode="x")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
