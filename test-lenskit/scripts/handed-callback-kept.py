import signal
from lenskit.batch import recommend
from beside import USERS, trained


def go(*_):
    recommend(trained(), USERS, n=3)


signal.signal(signal.SIGUSR1, go)
