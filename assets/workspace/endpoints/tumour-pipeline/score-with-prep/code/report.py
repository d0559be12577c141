"""Last step: sums up the scores and the profile in one JSON file.

Only the standard library of Python 3.8 or later is needed.
"""

import argparse
import csv
import json
from pathlib import Path

import tumours

TENTHS = 10


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scores", type=Path, required=True)
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--threshold", type=float, required=True)
    parser.add_argument("--report", type=Path, required=True)
    options = parser.parse_args()

    profile = json.loads(options.profile.read_text(encoding="ascii"))
    chances, malignant = read_scores(options.scores)
    report = {
        "records": profile["records"],
        "scored": len(chances),
        "malignant": malignant,
        "benign": len(chances) - malignant,
        "threshold": options.threshold,
        "mean_probability": round(sum(chances) / len(chances), 6) if chances else None,
        # How many probabilities lie in each tenth of 0...1; many in the middle are a bad sign.
        "tenths": tenths(chances),
        "columns_far_from_training": {
            name: column["far_from_training"]
            for name, column in profile["columns"].items()
            if column["far_from_training"]
        },
    }
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="ascii")
    print(f"{malignant} of {len(chances)} records are malignant at {options.threshold}")


def read_scores(folder):
    """All probabilities, and how many records were called malignant."""
    chances, malignant = [], 0
    for path in tumours.csv_files(folder):
        with path.open(newline="", encoding="utf-8") as file:
            for record in csv.DictReader(file):
                chances.append(float(record["malignant_probability"]))
                malignant += record["prediction"] == "malignant"
    return chances, malignant


def tenths(chances):
    """A histogram of ten equal bins; 1 belongs to the last."""
    counts = [0] * TENTHS
    for chance in chances:
        counts[min(int(chance * TENTHS), TENTHS - 1)] += 1
    return counts


if __name__ == "__main__":
    main()
