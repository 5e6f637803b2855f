import re
from lenskit.batch import recommend
from beside import USERS, trained

NAME = re.compile(r"^_+(?P<what>mp_)?main_+$")
found = NAME.fullmatch(__name__)
if found and found.group("what") is None:
    recommend(trained(), USERS, n=3)
