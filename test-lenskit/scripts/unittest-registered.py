import unittest
from lenskit.batch import recommend
from beside import USERS, trained


class Case(unittest.TestCase):
    def test_run(self):
        recommend(trained(), USERS, n=3)


if __name__ == "__main__":
    unittest.main()
