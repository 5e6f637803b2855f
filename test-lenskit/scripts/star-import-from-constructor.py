from constructor import *
from lenskit.batch import recommend
from beside import USERS, trained

recommend(trained(), USERS, n=3)
--- constructor.py
toString = 1
