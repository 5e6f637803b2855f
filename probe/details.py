"""What a bug report wants to know of this Python, as `lenskit doctor` prints it: run by `lk doctor --probe --verbose`."""

import sys

import ray_batch

MOST_LINES = 40


def observe():
    """What the libraries that are loaded say of themselves. Joins no Ray cluster but one that runs already."""
    return {
        "libraries": libraries(),
        "torch": torch_build(),
        "gpus": gpus(),
        # The first is this script's own.
        "path": [str(folder) for folder in sys.path[1:]],
        "ray": ray_resources(),
    }


def libraries():
    """Every native library with threads, as threadpoolctl has it."""
    import threadpoolctl

    return [
        {
            "family": info["internal_api"],
            "file": info["filepath"],
            "version": info.get("version"),
            "threading": info.get("threading_layer"),
            "kernel": info.get("architecture"),
        }
        for info in threadpoolctl.threadpool_info()
    ]


def torch_build():
    """The instructions that Torch uses, its backends, and the lines of its build."""
    import torch

    found = {"capability": None, "backends": {}, "build": []}
    try:
        found["capability"] = torch.backends.cpu.get_cpu_capability()
    except AttributeError:
        pass  # before 2.0
    built = {"cuda": torch.version.cuda is not None or torch.version.hip is not None}
    for name, module in (("cuda", torch.cuda), ("mkl", torch.backends.mkl), ("mps", torch.backends.mps)):
        if module.is_available():
            found["backends"][name] = "available"
        elif built[name] if name in built else getattr(module, "is_built", bool)():
            found["backends"][name] = "unavailable"
        else:
            found["backends"][name] = "absent"
    lines = [line.strip(" -") for line in torch.__config__.show().splitlines()]
    found["build"] = [line[:400] for line in lines if line][:MOST_LINES]
    return found


def gpus():
    """What Torch says of the GPUs that it may use."""
    import torch

    found = []
    for index in range(torch.cuda.device_count()):
        device = torch.cuda.get_device_properties(index)
        found.append(
            {
                "model": device.name,
                "capability": f"{device.major}.{device.minor}",
                "memoryBytes": device.total_memory,
                "l2Bytes": getattr(device, "L2_cache_size", None),
                "processors": device.multi_processor_count,
            }
        )
    return found


def ray_resources():
    """The resources of the Ray cluster of a batch, or of one that runs already; None without Ray."""
    try:
        import ray
    except ImportError:
        return None
    if ray_batch.RESOURCES is not None:
        return joined(ray_batch.RESOURCES)
    cluster = ray_batch.existing()
    if cluster is None:
        return {"state": "none", "resources": {}, "error": None}
    if ray_batch.answers(cluster[0]) is False:
        return {"state": "no answer", "resources": {}, "error": None}
    try:
        ray.init("auto", configure_logging=False, log_to_driver=False)
        return joined(ray.cluster_resources())
    except Exception as error:  # Ray's refusal is an observation, too
        return {"state": "error", "resources": {}, "error": f"{type(error).__name__}: {error}"[:500]}
    finally:
        ray.shutdown()


def joined(resources):
    """Without those that only name a node, as LensKit's own doctor leaves them out."""
    named = {name: amount for name, amount in resources.items() if not name.startswith("node:")}
    return {"state": "joined", "resources": dict(sorted(named.items())), "error": None}
