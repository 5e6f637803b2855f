from lenskit.batch import recommend
from beside import USERS, mark, trained
from lenskit.pipeline import Component
from lenskit.data import ItemList

class Scorer(Component):
    config: None
    def __init__(self):
        super().__init__()
        self.f = open(__file__)
    def __call__(self, items: ItemList) -> ItemList:
        return ItemList(items, scores=1.0)

if __name__ == "__main__":
    recommend(trained(Scorer()), USERS, n=3)
