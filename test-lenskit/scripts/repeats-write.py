import json
from lenskit.batch import recommend
from beside import USERS, mark, trained

with open("config.json", "w") as f:
    mark()
    json.dump({"n": 3}, f)
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
