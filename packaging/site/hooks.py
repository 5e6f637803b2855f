"""Makes a site of README.md and docs/: the front page, the navigation, and links to what is in the repository alone."""

import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")

#: Every page of docs/ is in one of these: MkDocs says of any that is not, and --strict fails by it (validation.nav).
SECTIONS = [
    ("Use", ["install.md", "report.md", "live.md", "compare.md", "nodes.md", "environment.md", "completion.md", "settings.md", "files.md", "secrets.md", "lenskit-doctor.md"]),
    ("Rules", ["rules.md", "effective-cpus.md", "shares.md", "models.md", "costs.md", "documentation.md"]),
    ("Measure", ["bench.md"]),
    ("Scripts", ["check-script.md", "check-script-editors.md", "fixed-scripts.md"]),
    ("Library", ["library.md"]),
    ("More", ["campaign.md"]),
]


def below(folder: str) -> list:
    """The index of a folder, then its pages by the names of their files, groups first among themselves."""
    items: list = [f"{folder}/README.md"]
    for path in sorted((DOCS / folder).iterdir()):
        name = f"{folder}/{path.name}"
        if path.is_dir():
            items.append({path.name: [{page.stem: f"{name}/{page.name}"} for page in sorted(path.glob("*.md"))]})
        elif path.suffix == ".md" and path.name != "README.md":
            items.append({path.stem: name})
    return items


def on_config(config):
    sections = [{title: pages} for title, pages in SECTIONS]
    config.nav = [{"Home": "index.md"}, {"Checks": below("checks")}, {"Knobs": below("knobs")}, *sections]
    return config


def on_files(files, config):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "index.md", content=text))
    return files


def on_page_markdown(markdown, page, config, files):
    source = page.file.src_uri
    folder = ROOT if source == "index.md" else (DOCS / source).parent
    markdown = LINK.sub(lambda link: link[1] + address(link[2], folder, source, config) + link[3], markdown)
    if source == "index.md":
        page.meta["hide"] = ["navigation"]
    about = ABOUT.get(source)
    if about is not None:
        page.meta["description"] = about
        markdown = re.sub(r"\A(# .*\n)", rf'\1\n<p class="check-about">{about}</p>\n', markdown)
    return markdown


def address(link: str, folder: Path, source: str, config) -> str:
    """A link as the site has it: to its own page, or to the file in the repository."""
    if re.match(r"[a-z]+:", link):
        return link
    target = (folder / link).resolve()
    if target.is_dir() and (target / "README.md").exists():
        target = target / "README.md"
    if DOCS in target.parents:
        depth = source.count("/")
        return "../" * depth + target.relative_to(DOCS).as_posix()
    return f"{config.repo_url}/blob/main/{target.relative_to(ROOT).as_posix()}"


def abouts() -> dict:
    """What each check finds, from the lines of docs/checks/README.md."""
    lines = (DOCS / "checks/README.md").read_text(encoding="utf-8").splitlines()
    rows = (re.match(r"\| \[`[^`]+`\]\(([^)]+)\) \| (.*) \|$", line) for line in lines)
    return {f"checks/{row[1]}": row[2] for row in rows if row}


ABOUT = abouts()
