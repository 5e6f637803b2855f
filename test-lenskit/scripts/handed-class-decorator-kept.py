from lenskit.batch import recommend
from beside import USERS, trained

REGISTRY = {}


def register(cls):
    REGISTRY[cls.__name__] = cls
    return cls


@register
class Job:
    def run(self):
        recommend(trained(), USERS, n=3)


if __name__ == "__main__":
    for job in REGISTRY.values():
        job().run()
