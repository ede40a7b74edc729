"""Draws bars of CPU per 1,000 calls: plot.py figures.json picture.svg. Runs in the bench's own folder of packages."""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "onecity", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9})
import matplotlib.pyplot as plt  # noqa: E402 - the back end is chosen first

OURS, THEIRS = "#1463d6", "#9aa5b4"


def main() -> None:
    bars = json.loads(Path(sys.argv[1]).read_text())
    titles = [bar["title"].replace("`", "") for bar in bars]
    costs = [bar["cpu"] for bar in bars]
    figure, axes = plt.subplots(figsize=(8, 0.36 * len(bars) + 0.9), layout="constrained")
    drawn = axes.barh(titles, costs, color=[OURS if bar["ours"] else THEIRS for bar in bars], height=0.66)
    axes.bar_label(drawn, labels=[f"{cost:.1f}" for cost in costs], padding=4)
    axes.invert_yaxis()
    axes.set_xlabel("CPU milliseconds for 1,000 calls (less is better)")
    axes.set_xlim(0, max(costs) * 1.12)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.savefig(sys.argv[2], metadata={"Date": None})


main()
