import sqlite3
from lenskit.batch import recommend
from beside import USERS, trained

db = sqlite3.connect("runs.db")
db.executescript("DROP TABLE IF EXISTS runs; CREATE TABLE runs (n INTEGER);")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
