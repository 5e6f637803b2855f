import os
from lenskit.batch import recommend
from beside import USERS, mark, trained

mark()
with open("a.tmp", "w") as file:
    file.write("1")
os.replace("a.tmp", "a.txt")
if __name__ == "__main__":
    recommend(trained(), USERS, n=3)
