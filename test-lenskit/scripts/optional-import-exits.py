import sys
from lenskit.batch import recommend
from beside import USERS, trained

try:
    import click
except ImportError:
    sys.exit()
recommend(trained(), USERS, n=3)
