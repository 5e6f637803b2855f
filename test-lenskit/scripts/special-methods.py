from lenskit.batch import recommend
from beside import USERS, trained


class Study:
    def __enter__(self):
        return recommend(trained(), USERS, n=3)

    def __exit__(self, *args):
        pass


with Study() as result:
    print(len(result))
