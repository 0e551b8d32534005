#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Every relative link in a Markdown file leads to a file, and to a heading of it where it names one: in the tree, and
in each package inside of what that package installs. Manual pages, units and README.Debian name documents that are
there. documents_test.py BUILD"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

TREE = Path(__file__).resolve().parents[3]
DOCUMENTS = "usr/share/doc"

FENCED = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|^ *\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6} +(.*?)(?: +#+)?$", re.MULTILINE)
# In manual pages and units.
INSTALLED = re.compile(rf"/({DOCUMENTS}/kea-mobility-[\w./-]*[\w/])")
# In README.Debian a line of the table begins with one.
NAMED = re.compile(r"^  (\S+/\S+)", re.MULTILINE)


def links(markdown: str) -> list[str]:
    """The relative ones."""
    plain = CODE.sub("", FENCED.sub("", markdown))
    found = (first or second for first, second in LINK.findall(plain))
    return [link for link in found if not ELSEWHERE.match(link)]


def anchors(markdown: str) -> set[str]:
    """As GitHub makes them of headings; one that comes again is numbered."""
    made: list[str] = []
    for heading in HEADING.findall(FENCED.sub("", markdown)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        word = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        again = made.count(word)
        made.append(word)
        made += [f"{word}-{again}"] if again else []
    return set(made)


def leading_nowhere(documents: list[Path], inside: Path) -> Iterator[str]:
    """`inside`: no link leads out of this folder."""
    for document in documents:
        for link in links(document.read_text()):
            path, _, anchor = link.partition("#")
            target = (document.parent / path).resolve() if path else document
            if not target.is_relative_to(inside) or not target.exists():
                yield f"{document.relative_to(inside)}: {link} leads nowhere"
            elif anchor and (target.suffix != ".md" or anchor not in anchors(target.read_text())):
                yield f"{document.relative_to(inside)}: {link}: there is no such heading"


def of_tree() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=TREE, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [TREE / name for name in listed.stdout.splitlines()]
    return [path for path in TREE.rglob("*.md") if "build" not in path.relative_to(TREE).parts]


def components(build: Path) -> list[str]:
    configuration = (build / "CPackConfig.cmake").read_text()
    named = re.search(r'set\(CPACK_COMPONENTS_ALL "([^"]+)"\)', configuration)
    return named[1].split(";") if named else []


def install(build: Path, component: str, folder: Path) -> None:
    command = ["cmake", "--install", build, "--component", component]
    subprocess.run(command, env={**os.environ, "DESTDIR": str(folder)}, check=True, stdout=subprocess.DEVNULL)


def of_package(component: str, root: Path) -> Iterator[str]:
    folder = root / DOCUMENTS / f"kea-mobility-{component}"
    documents = sorted(folder.rglob("*.md"))
    if not documents:
        yield "has no documents"
    yield from leading_nowhere(documents, folder)
    for name in NAMED.findall((folder / "README.Debian").read_text()):
        if not (folder / name).exists():
            yield f"README.Debian: there is no {name}"
    pages = {path: gzip.decompress(path.read_bytes()).decode() for path in root.rglob("man?/*.gz")}
    units = {path: path.read_text() for path in root.rglob("*.service")}
    if not pages:
        yield "has no manual page"
    for path, text in {**pages, **units}.items():
        for name in INSTALLED.findall(text):
            if not (root / name).exists():
                yield f"{path.name}: there is no /{name}"


def main(build: str) -> int:
    told = list(leading_nowhere(of_tree(), TREE))
    for component in components(Path(build)) or ["no component"]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            install(Path(build), component, root)
            told += [f"package {component}: {each}" for each in of_package(component, root)]
    print("\n".join(told) or "all links lead somewhere")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
