import threading
from lenskit.batch import recommend
from beside import USERS, trained


def work():
    recommend(trained(), USERS, n=3)


t = threading.Thread(target=work)
t.start()
t.join()
