from lenskit.batch import recommend
from beside import USERS, trained


class Study:
    def __getitem__(self, n):
        return recommend(trained(), USERS, n=n)


print(len(Study()[3]))
