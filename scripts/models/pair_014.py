"""One run that pairs.mjs measures with LensKit 0.14: training, and lists for 600 users.

    python pair_014.py '{"scorer": "lenskit.algorithms.als.ImplicitMF", "options": {"features": 50}, "data": "…", "users": 600}'
"""

import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import lenskit_014 as lenskit  # noqa: E402
from lenskit import batch  # noqa: E402


def main():
    job = json.loads(sys.argv[1])
    ratings = lenskit.load(Path(job["data"]))
    algorithm = lenskit.scorer(job["scorer"], job["options"])
    began = time.perf_counter()
    lenskit.train(algorithm, ratings)
    trained = time.perf_counter()
    batch.recommend(algorithm, ratings.user.unique()[: job["users"]], 10)
    ended = time.perf_counter()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in used)
    print(json.dumps({"train": trained - began, "batch": ended - trained, "total": ended - began, "cpu": cpu}))


if __name__ == "__main__":
    main()
