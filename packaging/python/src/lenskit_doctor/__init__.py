"""The doctor for the parallelism of LensKit. What runs is in `program`, in JavaScript; this package starts it."""
