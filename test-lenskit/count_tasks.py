"""The tasks of this process after numpy is imported, and after a product of two large matrices."""

import json
import os


def tasks():
    return len(os.listdir("/proc/self/task"))


import numpy  # noqa: E402

imported = tasks()
matrix = numpy.ones((900, 900))
matrix @ matrix
print(json.dumps({"import": imported, "work": tasks()}))
