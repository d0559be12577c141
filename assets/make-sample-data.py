#!/usr/bin/env python3
"""Makes the sample workspace's data and models, and checks predictions against the truth.

    pip download --no-deps --dest /tmp/wheel scikit-learn
    python3 assets/make-sample-data.py /tmp/wheel/scikit_learn-*.whl
    python3 assets/make-sample-data.py --check predictions.csv

The first form is needed by nobody who only uses the sample: its result is committed. It takes the
wine and digits tables out of scikit-learn's wheel (or a folder into which the wheel was
unpacked), without importing scikit-learn, and always writes the same bytes:

    data/wine/v1/part-{1,2,3}.csv     124 wines, the ones the model learns from
    data/wine/v2/part-{1,2,3,4}.csv   the same, and 54 the model never sees in part 4
    data/digits/image-NNNN.pgm        597 images the model never sees
    data/wine-labels.csv, data/digits-labels.csv     the truth, kept out of the input folders
    endpoints/…/model/                wine-gnb.json, digits-known.csv

The second form reads a result file of any wine or digits deployment that writes rows, and prints
how many rows it holds and how many are right. It ends with 1 when rows are missing, repeated or
unknown.

How the data is split. Wines come sorted by class, so they are first put into the order of the
SHA-256 of their row number, which is as good as drawn by lot and the same everywhere; the first
70 % (124) are for training. Digits stay in the order of the table: the first 1,200 images are the
known ones, the other 597 are the test.

Only the standard library of Python 3.8 or later is needed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import sys
import zipfile
from collections import Counter
from pathlib import Path

WINE_COLUMNS = [
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280_od315",
    "proline",
]
WINES = 178
WINES_FOR_TRAINING = 124
WINE_TRAINING_PARTS = 3
WINE_PARTS = 4

DIGITS = 1797
KNOWN_DIGITS = 1200
SIDE = 8
FULL_INK = 16

# Where the wheel keeps its tables.
TABLES = "sklearn/datasets/data"
WORKSPACE = Path(__file__).resolve().parent / "workspace"


def main() -> int:
    options = parse_arguments()
    try:
        if options.check:
            return check(options.check, options.workspace)
        make_wine(read_table(options.source, "wine_data.csv").decode("ascii"), options.workspace)
        digits = gzip.decompress(read_table(options.source, "digits.csv.gz")).decode("ascii")
        make_digits(digits, options.workspace)
    except OSError as problem:
        print(f"make-sample-data: {problem}. Check the path and its rights.", file=sys.stderr)
        return 2
    except ValueError as problem:
        print(f"make-sample-data: {problem}", file=sys.stderr)
        return 2
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Make the sample data from scikit-learn's wheel, or check predictions."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "source", nargs="?", type=Path, help="the wheel file, or the folder it was unpacked into"
    )
    what.add_argument(
        "--check", type=Path, metavar="PREDICTIONS", help="a result file to compare with the truth"
    )
    parser.add_argument(
        "--workspace", type=Path, default=WORKSPACE, help="default: the workspace beside this file"
    )
    return parser.parse_args()


# Reading and writing


def read_table(source: Path, name: str) -> bytes:
    """The bytes of one table, from a wheel or from a folder."""
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as wheel:
            if f"{TABLES}/{name}" in wheel.namelist():
                return wheel.read(f"{TABLES}/{name}")
    for folder in (source / TABLES, source):
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    raise ValueError(
        f"Looked for {name} in {source} and found none. "
        "Give the wheel from `pip download --no-deps scikit-learn`, or its unpacked folder."
    )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("ascii"))


def require(is_as_expected: bool, what: str) -> None:
    if not is_as_expected:
        raise ValueError(
            f"Read the tables: expected {what}. Use a scikit-learn wheel, for instance 1.9.1."
        )


# Wine


def make_wine(table: str, workspace: Path) -> None:
    """Writes the two versions of the wine data, its labels and its model."""
    records = [line.split(",") for line in table.split()[1:]]
    require(
        len(records) == WINES and all(len(r) == len(WINE_COLUMNS) + 1 for r in records),
        f"{WINES} wines with {len(WINE_COLUMNS)} measurements and a class",
    )
    order = sorted(range(WINES), key=lambda row: hashlib.sha256(str(row).encode()).digest())
    training = [records[row] for row in order[:WINES_FOR_TRAINING]]
    unseen = [records[row] for row in order[WINES_FOR_TRAINING:]]

    labels = ["file,row,class,used_for"]
    for number, part in enumerate(deal(training, WINE_TRAINING_PARTS) + [unseen], start=1):
        name = f"part-{number}.csv"
        lines = [",".join(WINE_COLUMNS)] + [",".join(record[:-1]) for record in part]
        for version in ("v1", "v2") if number <= WINE_TRAINING_PARTS else ("v2",):
            write(workspace / "data/wine" / version / name, "\n".join(lines) + "\n")
        use = "training" if number <= WINE_TRAINING_PARTS else "test"
        for row, record in enumerate(part):
            labels.append(f"{name},{row},class_{record[-1]},{use}")
    write(workspace / "data/wine-labels.csv", "\n".join(labels) + "\n")

    model = json.dumps(train_naive_bayes(training), indent=2) + "\n"
    write(workspace / "endpoints/wine-classifier/gnb/model/wine-gnb.json", model)
    print(f"wine: {len(training)} records for training, {len(unseen)} for test")


def deal(records: list, parts: int) -> list[list]:
    """Cuts a list into parts whose lengths differ by one at most, longer ones first."""
    length, longer = divmod(len(records), parts)
    cut, start = [], 0
    for part in range(parts):
        end = start + length + (1 if part < longer else 0)
        cut.append(records[start:end])
        start = end
    return cut


def train_naive_bayes(records: list[list[str]]) -> dict:
    """Share, means and variances (mean squared deviation) of every class."""
    classes = []
    for label in sorted({record[-1] for record in records}):
        rows = [list(map(float, record[:-1])) for record in records if record[-1] == label]
        columns = list(zip(*rows))
        means = [sum(column) / len(rows) for column in columns]
        variances = [
            sum((value - mean) ** 2 for value in column) / len(rows)
            for column, mean in zip(columns, means)
        ]
        classes.append(
            {
                "name": f"class_{label}",
                "prior": len(rows) / len(records),
                "means": means,
                "variances": variances,
            }
        )
    return {
        "kind": "Gaussian naive Bayes",
        "training_records": len(records),
        "columns": WINE_COLUMNS,
        "classes": classes,
    }


# Digits


def make_digits(table: str, workspace: Path) -> None:
    """Writes the test images, their labels, and the known images that are the model."""
    images = [[int(float(word)) for word in line.split(",")] for line in table.split()]
    require(
        len(images) == DIGITS and all(len(image) == SIDE * SIDE + 1 for image in images),
        f"{DIGITS} images with {SIDE * SIDE} pixels and a digit",
    )
    known = "".join(",".join(map(str, image)) + "\n" for image in images[:KNOWN_DIGITS])
    write(workspace / "endpoints/digits-batch/nearest/model/digits-known.csv", known)

    labels = ["file,digit"]
    for number, image in enumerate(images[KNOWN_DIGITS:], start=KNOWN_DIGITS + 1):
        name = f"image-{number}.pgm"
        write(workspace / "data/digits" / name, pgm(image[:-1]))
        labels.append(f"{name},{image[-1]}")
    write(workspace / "data/digits-labels.csv", "\n".join(labels) + "\n")
    print(f"digits: {KNOWN_DIGITS} known images, {DIGITS - KNOWN_DIGITS} for test")


def pgm(pixels: list[int]) -> str:
    """A plain-text grey image: what it is, width and height, white, then row by row."""
    rows = [" ".join(map(str, pixels[at : at + SIDE])) for at in range(0, SIDE * SIDE, SIDE)]
    return "\n".join(["P2", f"{SIDE} {SIDE}", str(FULL_INK)] + rows) + "\n"


# Checking


def check(predictions: Path, workspace: Path) -> int:
    """Prints what a result file holds; 0 if every expected row is there exactly once."""
    rows = read_predictions(predictions)
    is_wine = len(rows[0][0]) == 2
    truth = read_truth(workspace, is_wine)
    # Version 1 of the wine data lacks part 4: a job over it owes no row for that part.
    files = {key[0] for key, _ in rows}
    if is_wine and "part-4.csv" not in files:
        truth = {key: said for key, said in truth.items() if said[1] == "training"}

    counts = Counter(key for key, _ in rows)
    repeated = sum(count - 1 for count in counts.values())
    missing = len(truth.keys() - counts.keys())
    unknown = len(counts.keys() - truth.keys())
    print(f"{'wine' if is_wine else 'digits'}: {len(rows)} rows, {len(truth)} expected")
    print(f"missing {missing}, repeated {repeated}, unknown {unknown}")
    for use in sorted({said[1] for said in truth.values()}):
        print_accuracy(use, rows, truth)
    return 0 if missing == repeated == unknown == 0 else 1


def read_predictions(path: Path) -> list[tuple[tuple[str, ...], str]]:
    """The rows of a result file as key and label: (file, row) for wine, (file,) for digits."""
    rows = []
    with path.open(newline="", encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            fields = next(csv.reader([line.strip()], delimiter="," if "," in line else " "), [])
            if len(fields) >= 4 and fields[0].endswith(".csv"):
                rows.append(((fields[0], fields[1]), fields[2]))
            elif len(fields) >= 3 and fields[0].endswith(".pgm"):
                rows.append(((fields[0],), fields[1]))
            else:
                raise ValueError(
                    f"Read {path}, line {number}: neither a wine row (file row class probability) "
                    "nor a digits row (file digit distance). Give a result file of those jobs."
                )
    if len({len(key) for key, _ in rows}) != 1:
        raise ValueError(f"Read {path}: no rows, or rows of two kinds. Check one job at a time.")
    return rows


def read_truth(workspace: Path, is_wine: bool) -> dict:
    """Label and use (training or test) by key."""
    name = "wine-labels.csv" if is_wine else "digits-labels.csv"
    with (workspace / "data" / name).open(newline="", encoding="ascii") as file:
        records = list(csv.DictReader(file))
    if is_wine:
        return {(r["file"], r["row"]): (r["class"], r["used_for"]) for r in records}
    return {(r["file"],): (r["digit"], "test") for r in records}


def print_accuracy(use: str, rows: list, truth: dict) -> None:
    """How many of the rows that were used for training, or for test, are right."""
    truths = [(label, truth[key]) for key, label in rows if key in truth]
    marks = [label == said[0] for label, said in truths if said[1] == use]
    share = f"{100 * sum(marks) / len(marks):.1f} %" if marks else "no rows"
    meaning = "seen in training" if use == "training" else "never seen by the model"
    print(f"{sum(marks)} of {len(marks)} right ({share}), {meaning}")


if __name__ == "__main__":
    sys.exit(main())
