import threading
from lenskit.batch import recommend
from beside import USERS, trained

t = threading.Thread(target=lambda: recommend(trained(), USERS, n=3))
t.start()
t.join()
