from lenskit.batch import recommend
from beside import USERS, trained

REGISTRY = []


def register(f):
    REGISTRY.append(f)
    return f


@register
def go():
    recommend(trained(), USERS, n=3)


while REGISTRY:
    REGISTRY.pop()()
