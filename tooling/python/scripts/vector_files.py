"""Test vectors that a script makes: written anew, or with `--check` compared with those that there are."""

import pathlib
import sys

REPOSITORY = pathlib.Path(__file__).parents[3]


def write_or_check(files: dict[str, str]) -> None:
    """Writes each text to its path in the repository; with `--check` says which differ, and ends with 1 when one does."""
    same = True
    for name, content in files.items():
        path = REPOSITORY / name
        if "--check" in sys.argv:
            is_same = path.exists() and path.read_text() == content
            same = same and is_same
            print(name, "is what Python writes" if is_same else "DIFFERS from what Python writes")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
            print(name, len(content), "bytes")
    sys.exit(0 if same else 1)
