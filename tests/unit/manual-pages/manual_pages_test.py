#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Each program's manual page has the options, questions, signals and exit statuses that the program has, and no
others; and every page is read without a complaint by man and mandoc. manual_pages_test.py BUILD"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[3]
# Page, and the program below the build folder or in the tree.
PROGRAMS = {
    "route-agent/mobility-route-agent.8": "bin/mobility-route-agent",
    "relay-agent/mobility-relay-agent.8": "bin/mobility-relay-agent",
    "hooks/mobility-check-kea-config.8": "bin/mobility-check-kea-config",
    "kea-config/mobility-make-certificates.1": "kea-config/make-certificates",
}
OTHER_PAGES = ("hooks/libdhcp_mobility.8",)
# mandoc looks for other pages in its own index, which Debian does not keep.
NOT_A_COMPLAINT = re.compile(r"referenced manual not found|mandoc: outdated mandoc\.db")

# An option and what it takes: "--config FILE", "--explain ID", "-h". "The server's own -t" is another program's.
OPTION = re.compile(r"(?<![\w-])(?<!own )(--?[a-z][a-z-]*)(?:[ =]\[?([A-Z]+)\]?)?(?![\w-])")


def options_of_help(told: str) -> set[str]:
    found = {name: value for name, value in sorted(OPTION.findall(told))}  # sorted: one with a value last
    return {f"{name} {value}".strip() for name, value in found.items()}


def options_of_page(page: str) -> set[str]:
    """From its list of options; those of its synopsis must be among them."""
    listed = [option for line in re.findall(r"^\.It (Fl .*)$", page, re.M) for option in read_flags(line)]
    synopsis = page.split("\n.Sh SYNOPSIS\n")[1].split("\n.Sh ")[0]
    used = [option for line in synopsis.splitlines() if "Fl " in line for option in read_flags(line)]
    return set(listed) | {f"{option} (in the synopsis only)" for option in set(used) - set(listed)}


def read_flags(line: str) -> list[str]:
    flags = re.findall(r"Fl (\S+)(?: (?:Op )?Ar (\S+))?", line)
    return [f"-{name} {value.upper()}".strip() for name, value in flags]


def questions_of_help(told: str) -> set[str]:
    listed = re.search(r"ask the running agent: (.*?)\n  --", told, re.S)
    return {" ".join(each.split()) for each in listed[1].split(",")} if listed else set()


def questions_of_page(page: str) -> set[str]:
    asked = re.findall(r"^\.It Cm (.*)$", page, re.M)
    return {re.sub(r" Ar (\S+)", lambda value: f" {value[1].upper()}", each) for each in asked}


def statuses(program: Path) -> set[str]:
    """Of help, of a file that cannot be read or written, and of what it does not know."""
    checker = "--check" in run(program, "--help").stdout
    nowhere = ("--check", "/dev/null/none") if checker else ("/dev/null/none",)
    if program.name == "make-certificates":
        nowhere = ("--folder", "/dev/null/none", "a.example")
    asked = (("--help",), nowhere, ("--no-such-option",))
    return {str(run(program, *words).returncode) for words in asked}


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True)


def compare(what: str, program: set[str], page: set[str]) -> list[str]:
    told = [f"{what}: the program has {each}, the page does not" for each in sorted(program - page)]
    return told + [f"{what}: the page has {each}, the program does not" for each in sorted(page - program)]


def differences(path: str, program: Path) -> list[str]:
    page = (TREE / path).read_text()
    told = run(program, "--help").stdout
    listed = set(re.findall(r"^\.It (\d+)$", page, re.M))
    found = compare("options", options_of_help(told), options_of_page(page))
    found += compare("questions", questions_of_help(told), questions_of_page(page))
    found += compare("signals", set(re.findall(r"SIG[A-Z0-9]+", told)), set(re.findall(r"\.It Dv (\w+)", page)))
    found += compare("exit status, tried", statuses(program), listed)
    found += compare("exit status, --help", set(re.findall(r"[ ,](\d) \w", told.split("Exit status:")[-1])), listed)
    found += short_forms(program) if "--config" in told else []
    default = re.search(r"\(default (/\S+)\)", told)
    if default and f".It Pa {default[1]}\n" not in page:
        found.append(f"the default {default[1]} is not among its files")
    return [f"{path}: {each}" for each in found]


def short_forms(program: Path) -> list[str]:
    """-c is --config wherever that may stand."""
    told = []
    for question in (("--ask", "status"), ("--remove-all",), ()):
        long, short = (run(program, name, "/dev/null/none", *question) for name in ("--config", "-c"))
        if (long.returncode, long.stderr) != (short.returncode, short.stderr):
            told.append(f"-c is not --config with {question}: {short.stderr.strip()}")
    return told


def complaints(path: str) -> list[str]:
    readers = (
        ("man", "--warnings", "--encoding=UTF-8", "--local-file", TREE / path),
        ("mandoc", "-T", "lint", "-W", "style", TREE / path),
    )
    said = [line for command in readers for line in heard(*command)]
    return [line for line in said if not NOT_A_COMPLAINT.search(line)]


def heard(*command: str | Path) -> list[str]:
    done = run(*command)
    return done.stderr.splitlines() + (done.stdout.splitlines() if command[0] == "mandoc" else [])


def main(build: str) -> int:
    told = []
    for path, program in PROGRAMS.items():
        below = TREE if program.startswith("kea-config") else Path(build)
        told += differences(path, below / program)
    for path in (*PROGRAMS, *OTHER_PAGES):
        told += complaints(path)
    print("\n".join(told) or "the pages say what the programs do")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
