import sqlite3
from lenskit.batch import recommend
from beside import USERS, trained

with sqlite3.connect("runs.db") as db:
    db.execute("CREATE TABLE IF NOT EXISTS runs (name TEXT PRIMARY KEY, n INTEGER)")
    db.execute("INSERT OR IGNORE INTO runs VALUES ('first', 3)")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
