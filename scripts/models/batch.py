"""One batch run whose cost is measured: the benchmark's own job, with its CPU seconds here and in worker processes.

    python batch.py '{"action": "prepare", "folder": "…", "scorer": "lenskit.als.ImplicitMFScorer", "data": "…"}'
    python batch.py '{"action": "run", "folder": "…", "wanted": 6000}'

It runs `bench/lenskit_job.py`, which a fresh process does for each run, and for LensKit 0.14 and older `batch_014.py`; the
last line is one of JSON.
"""

import json
import resource
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "bench")]

import job as jobs  # noqa: E402

FIXED = {"pipeline": None, "task": "recommend", "objective": "batch"}


def cpu(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def job_of_this_lenskit():
    lenskit = jobs.this_lenskit()
    if lenskit.__name__ == "lenskit_014":
        import batch_014

        return batch_014
    import lenskit_job

    lenskit_job.scorer = lenskit.scorer
    return lenskit_job


def main():
    job = {**FIXED, **json.loads(sys.argv[1])}
    lenskit_job = job_of_this_lenskit()
    if job["action"] == "prepare":
        lenskit_job.prepare({**job, "model": job["scorer"]})
        return
    before = cpu(resource.RUSAGE_SELF)
    answer = lenskit_job.run(job)
    used = {"mainCpu": cpu(resource.RUSAGE_SELF) - before, "workersCpu": cpu(resource.RUSAGE_CHILDREN)}
    print(json.dumps({"seconds": answer["seconds"], **answer["phases"], **used}), flush=True)


if __name__ == "__main__":
    main()
