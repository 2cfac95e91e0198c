"""The Python code of docs/wire-formats.md, taken from the page itself: what it shows is what is tested.

`FORMATS[name]` has the `encode` and `decode` of the block that starts with the comment `# name`.
"""

import pathlib
import re

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "wire-formats.md"


def run(code):
    names = {}
    exec(compile(code, str(PAGE), "exec"), names)
    return names


blocks = re.findall(r"```python\n# (\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
FORMATS = {name: run(code) for name, code in blocks}
