from lenskit.batch import recommend
from beside import USERS, mark, trained

class A:
    def keys(self):
        recommend(trained(), USERS, n=3)
        return ["x"]
    def __getitem__(self, key):
        return 1

d = {**A()}
