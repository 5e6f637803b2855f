import unittest
from lenskit.batch import recommend
from beside import USERS, trained


class Case(unittest.TestCase):
    def test_run(self):
        recommend(trained(), USERS, n=3)


unittest.main()
