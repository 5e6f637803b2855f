"""
What Ray makes of a task of LensKit's batch (2026). It looks before it starts or joins anything: whether a cluster
runs already, and whether it answers. Nothing here waits without an end.
"""

import os
import socket
import sys
import time

CONNECT_SECONDS = 5
FREE_SECONDS = 10
TASK_SECONDS = 60
# What the cluster of the batch has; None: none was joined.
RESOURCES = None


def existing():
    """The cluster that Ray joins without being asked, and how it is found: (address, found by), or None."""
    address = os.environ.get("RAY_ADDRESS")
    if address == "local":
        return None
    if address:
        return address, "RAY_ADDRESS"
    temporary = os.environ["TMPDIR"] if sys.platform.startswith("linux") and "TMPDIR" in os.environ else "/tmp"
    file = os.path.join(os.environ.get("RAY_TMPDIR", temporary), "ray", "ray_current_cluster")
    try:
        with open(file) as text:
            address = text.read(4096).strip()
    except OSError:
        return None
    return (address, file) if address else None


def answers(address):
    """True if there is something at `host:port`; None where the address says no such thing (`auto`)."""
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if not colon or not port.isdigit():
        return None
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def observe(config, in_worker, modules):
    """
    The task that a batch would hand to Ray, with what came of it: the state of its worker as `worker`, or why there is
    none as `cause`. `modules` are those that `in_worker` needs and that no node has.
    """
    global RESOURCES
    asked = config.num_backend_threads or 1
    found = {"cluster": "own", "foundBy": None, "nodes": [], "asked": asked, "assigned": None}
    found.update(cause=None, error=None)
    cluster = existing()
    if cluster is not None:
        found.update(cluster="existing", foundBy=cluster[1])
        if answers(cluster[0]) is False:
            found["cause"] = "no answer"
            return found, None
    # Nobody has asked for its reports to be sent.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    started = False
    try:
        import ray
        from lenskit.parallel.ray import ensure_cluster

        for module in modules:
            ray.cloudpickle.register_pickle_by_value(module)
        # As `lenskit/batch/_ray.py` has it; Ray refuses some numbers here already.
        task = ray.remote(in_worker).options(num_cpus=asked, max_retries=0)
        ensure_cluster()
        started = True
        RESOURCES = dict(ray.cluster_resources())
        nodes = [node.get("Resources", {}).get("CPU", 0) for node in ray.nodes() if node.get("Alive")]
        found["nodes"] = nodes
        if max(nodes, default=0) < asked:
            found["cause"] = "no node"  # and nothing is asked for: a cluster that grows would start one
            return found, None
        end = time.monotonic() + FREE_SECONDS
        while ray.available_resources().get("CPU", 0) < asked:
            if time.monotonic() > end:
                found["cause"] = "busy"
                return found, None
            time.sleep(0.2)
        reference = task.remote()
        ready, _ = ray.wait([reference], timeout=TASK_SECONDS)
        if not ready:
            ray.cancel(reference, force=True)
            found["cause"] = "no end"
            return found, None
        state, found["assigned"] = ray.get(reference)
        return found, state
    except Exception as error:  # Ray's refusal is an observation, too
        found["cause"] = "error"
        found["error"] = {"type": type(error).__name__, "message": str(error)[:2000]}
        return found, None
    finally:
        if started:
            ray.shutdown()
