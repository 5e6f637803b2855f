import sqlite3
from lenskit.batch import recommend
from beside import USERS, trained

db = sqlite3.connect("runs.db")
db.execute("CREATE TABLE IF NOT EXISTS runs (name TEXT PRIMARY KEY, n INTEGER)")
db.execute("INSERT INTO runs VALUES ('first', 3)")
db.commit()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
