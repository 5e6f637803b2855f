from lenskit.parallel import invoker
import beside


def twice(model, x):
    return 2 * x


with invoker(1, twice, 2) as inv:
    print(inv)
