import threading
from lenskit.batch import recommend
from beside import USERS, trained


class Work(threading.Thread):
    def run(self):
        recommend(trained(), USERS, n=3)


t = Work()
t.start()
t.join()
