from lenskit.batch import recommend
from beside import USERS, trained


def repeat(n):
    def wrap(f):
        def inner(*args, **kwargs):
            for _ in range(n):
                f(*args, **kwargs)

        return inner

    return wrap


@repeat(1)
def run():
    return recommend(trained(), USERS, n=3)


run()
