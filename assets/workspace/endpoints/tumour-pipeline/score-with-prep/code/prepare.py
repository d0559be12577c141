"""First step: checks the records, cuts them to a number, and normalizes them.

With --normalize true every measurement is written as its distance from the mean of the training
data, in units of the training data's spread; with false it is written as it is. The scores are the
same either way, up to rounding: a note beside the files tells the next step which units it gets.

Only the standard library of Python 3.8 or later is needed.
"""

import argparse
import json
from pathlib import Path

import tumours


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--normalize", type=tumours.truth, required=True)
    parser.add_argument("--max-rows", type=int, help="all without it")
    parser.add_argument("--prepared", type=Path, required=True)
    options = parser.parse_args()

    model = tumours.load_model()
    options.prepared.mkdir(parents=True, exist_ok=True)
    left, written = options.max_rows, 0
    for path in tumours.csv_files(options.data):
        records = tumours.read_records(path, model["columns"])[:left]
        if left is not None:
            left -= len(records)
        if options.normalize:
            records = [normalized(record, model["scale"]) for record in records]
        tumours.write_csv(options.prepared / path.name, model["columns"], records)
        written += len(records)
        print(f"{path.name}: {len(records)} records")
    note = {"normalized": options.normalize, "records": written}
    (options.prepared / tumours.NOTE).write_text(json.dumps(note) + "\n", encoding="ascii")


def normalized(record, scale):
    """Distances from the mean, in spreads."""
    return [
        (value - mean) / spread
        for value, mean, spread in zip(record, scale["means"], scale["spreads"])
    ]


if __name__ == "__main__":
    main()
