import sqlite3
from lenskit.batch import recommend
from beside import USERS, trained

db = sqlite3.connect("runs.db")
db.execute("CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, n INTEGER)")
db.execute("INSERT INTO runs (n) VALUES (3)")
db.commit()
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
