from lenskit.batch import recommend
from beside import USERS, trained


class Study:
    @property
    def result(self):
        return recommend(trained(), USERS, n=3)


print(len(Study().result))
