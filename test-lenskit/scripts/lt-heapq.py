from lenskit.batch import recommend
from beside import USERS, mark, trained
import heapq

class A:
    def __lt__(self, other):
        recommend(trained(), USERS, n=3)
        return True

heap = []
heapq.heappush(heap, A())
heapq.heappush(heap, A())
