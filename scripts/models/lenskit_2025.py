"""What job.py asks LensKit 2025 and 2026."""

from importlib import import_module


def scorer(path, options=None):
    """A scorer by its full name: `lenskit.als.ImplicitMFScorer`."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)(**(options or {}))


def load(folder):
    from lenskit.data import from_interactions_df, load_movielens, load_movielens_df

    try:
        return load_movielens(folder)
    except Exception:
        return from_interactions_df(load_movielens_df(folder))


def train(component, data):
    from lenskit.training import TrainingOptions

    component.train(data, TrainingOptions(retrain=True))


def queries_of(phase, data):
    """Enough lists for a minute; to be predicted are up to 50 items that a user has rated."""
    users = [int(user) for user in data.users.ids()]
    if phase == "recommend":
        return users * 50
    from lenskit.batch import BatchPipelineRunner
    from lenskit.data import RecQuery

    rated = {user: data.user_row(user)[:50] for user in users}
    if hasattr(BatchPipelineRunner, "run_iter"):
        return [{"user_id": user, "test_items": rated[user]} for user in users] * 50
    return [(RecQuery(user_id=user), rated[user]) for user in users] * 50


def asked(component, data, phase):
    """A function whose generator is what `lenskit.batch` answers, as it comes."""
    from lenskit.pipeline import predict_pipeline, topn_pipeline
    from lenskit.training import TrainingOptions

    pipeline = predict_pipeline(component) if phase == "predict" else topn_pipeline(component)
    pipeline.train(data, TrainingOptions(retrain=False))
    queries = queries_of(phase, data)
    return lambda: answers(pipeline, phase, queries)


def answers(pipeline, phase, queries):
    """`BatchPipelineRunner.run` without its end."""
    from lenskit.batch import BatchPipelineRunner, _runner

    runner = BatchPipelineRunner()
    runner.predict() if phase == "predict" else runner.recommend(n=10)
    if hasattr(runner, "run_iter"):
        yield from runner.run_iter(pipeline, queries)
        return
    from lenskit.parallel import invoker

    if not hasattr(_runner, "_normalize_query_input"):
        # 2025.2: lists are not to be had one by one.
        yield None
        runner.run(pipeline, queries)
        return
    _, requests, _ = _runner._normalize_query_input(queries)
    with invoker((pipeline, runner.invocations, None), _runner._run_pipeline, n_jobs=None) as worker:
        try:
            yield from worker.map(requests)
        finally:
            if hasattr(worker, "pool"):
                worker.pool.shutdown(wait=True, cancel_futures=True)
