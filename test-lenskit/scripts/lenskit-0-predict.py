#: lenskit 0.14.4
from lenskit import batch
from beside import RATINGS, fitted

batch.predict(fitted().predictor, RATINGS)
