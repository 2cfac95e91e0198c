"""`encode` and `decode` of docs/wire-formats.md, taken from the page itself: what it shows is what is tested."""

import pathlib
import re

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "wire-formats.md"

code = re.search(r"```python\n(# xarray-arrow 1\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL).group(1)
page = {}
exec(compile(code, str(PAGE), "exec"), page)

encode = page["encode"]
decode = page["decode"]
