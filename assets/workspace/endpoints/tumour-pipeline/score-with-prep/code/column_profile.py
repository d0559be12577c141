"""The step beside the others: counts the records and sums up every column.

Writes JSON: files, records, and for every column its least, mean and greatest value, and how many
values lie more than three spreads from the mean of the training data.

Only the standard library of Python 3.8 or later is needed.
"""

import argparse
import json
from pathlib import Path

import tumours

FAR_SPREADS = 3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--profile", type=Path, required=True)
    options = parser.parse_args()

    model = tumours.load_model()
    files = tumours.csv_files(options.data)
    records = []
    for path in files:
        records.extend(tumours.read_records(path, model["columns"]))
    if not records:
        raise SystemExit(f"Read the files in {options.data}: no records. Give some.")
    columns = {
        name: summary(values, mean, spread)
        for name, values, mean, spread in zip(
            model["columns"], zip(*records), model["scale"]["means"], model["scale"]["spreads"]
        )
    }
    profile = {"files": len(files), "records": len(records), "columns": columns}
    options.profile.parent.mkdir(parents=True, exist_ok=True)
    options.profile.write_text(json.dumps(profile, indent=2) + "\n", encoding="ascii")
    print(f"{len(records)} records in {len(files)} files")


def summary(values, mean, spread):
    """One column in four numbers."""
    return {
        "least": min(values),
        "mean": sum(values) / len(values),
        "greatest": max(values),
        "far_from_training": sum(abs(value - mean) > FAR_SPREADS * spread for value in values),
    }


if __name__ == "__main__":
    main()
