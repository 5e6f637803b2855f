#: lenskit 0.14.4
from lenskit.batch import train_isolated
from lenskit.algorithms.basic import PopScore
from beside import RATINGS

if __name__ == "__main__":
    train_isolated(PopScore(), RATINGS)
