from lenskit.batch import recommend
from beside import USERS, trained


class Study:
    def recommend(self):
        return recommend(trained(), USERS, n=3)


Study().recommend()
