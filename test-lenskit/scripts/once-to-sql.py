import sqlite3
import pandas as pd
from lenskit.batch import recommend
from beside import USERS, trained

frame = pd.DataFrame({"a": [1, 2]})
frame.to_sql("frames", sqlite3.connect("frames.db"))
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
