"""Put the results into the README, between its two marks.

python benchmarks/table.py
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import measure
from deepfake_attribution.core import durable

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- results: written by table.py -->\n", "<!-- end of results -->\n"


def main() -> None:
    """Write the table."""
    if not measure.RESULTS.exists():
        raise SystemExit(f"{measure.RESULTS} is not there: measure first, with make bench")
    results = json.loads(measure.RESULTS.read_text(encoding="utf-8"))
    text = within(README.read_text(encoding="utf-8"), markdown(results))
    durable.write(text.encode(), README)


def markdown(results: Sequence[Mapping[str, Any]]) -> str:
    """Return a table of ``results``, what `measure.write` keeps, and the machines."""
    lines = ["| work | peer | ours | peer's | unit | ours / peer's |", "|---|---|---|---|---|---|"]
    for row in results:
        work, _, peer = row["name"].partition("/")
        pair = f"{_short(row['ours'])} | {_short(row['peer'])}"
        lines.append(f"| {work} | {peer} | {pair} | {row['unit']} | **{row['ratio']:.2f}** |")
    machines = dict.fromkeys(row["machine"] for row in results)
    return "\n".join(lines) + "\n\n" + "".join(f"Measured on: {one}.\n" for one in machines)


def within(text: str, table: str) -> str:
    """Return ``text`` with ``table`` between its marks, in the place of an earlier one.

    Raises:
        ValueError: a mark is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the text lacks the mark {(END if begin else BEGIN).strip()}")
    return f"{before}{begin}\n{table}\n{end}{after}"


def _short(value: float) -> str:
    """Return three digits of ``value``, or all before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


if __name__ == "__main__":
    main()
