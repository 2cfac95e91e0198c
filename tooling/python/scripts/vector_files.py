"""Test vectors that a script makes: written anew, or with `--check` compared with those in the repository."""

import importlib.metadata
import json
import pathlib
import sys

REPOSITORY = pathlib.Path(__file__).parents[3]


def manifest(*packages: str) -> dict:
    """Which script made a file, with which versions of Python's packages."""
    versions = {name: importlib.metadata.version(name) for name in packages}
    return {"script": f"tooling/python/scripts/{pathlib.Path(sys.argv[0]).name}", "versions": versions}


def rows(key: str, values: list | dict) -> str:
    """A member of a JSON object, with each of its values on a line."""
    if isinstance(values, dict):
        return f"{json.dumps(key)}: {{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in values.items()) + "\n}"
    return f"{json.dumps(key)}: [\n" + ",\n".join(map(json.dumps, values)) + "\n]"


def write_or_check(files: dict[str, str | bytes]) -> None:
    """Writes each content to its path in the repository. With `--check` it says which files differ, and ends with 1 if any does."""
    same = True
    for name, content in files.items():
        path = REPOSITORY / name
        data = content.encode() if isinstance(content, str) else content
        if "--check" in sys.argv:
            is_same = path.exists() and path.read_bytes() == data
            same = same and is_same
            # What is wrong goes where callers look when a script fails.
            print(name, "is what Python writes" if is_same else "DIFFERS from what Python writes", file=sys.stdout if is_same else sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(name, len(data), "bytes")
    sys.exit(0 if same else 1)
