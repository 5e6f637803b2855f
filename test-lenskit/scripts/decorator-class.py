from lenskit.batch import recommend
from beside import USERS, trained


class Timed:
    def __init__(self, f):
        self.f = f

    def __call__(self, *args):
        return self.f(*args)


@Timed
def run():
    return recommend(trained(), USERS, n=3)


run()
