#!/usr/bin/env python3
"""Makes the sample workspace's data and models, and checks predictions against the truth.

    pip download --no-deps --dest /tmp/wheel scikit-learn
    python3 assets/make-sample-data.py /tmp/wheel/scikit_learn-*.whl
    python3 assets/make-sample-data.py --check predictions.csv

The first form is needed by nobody who only uses the sample: its result is committed. It takes the
wine, digits and breast cancer tables out of scikit-learn's wheel (or a folder into which the wheel
was unpacked), without importing scikit-learn, and always writes the same bytes:

    data/wine/v1/part-{1,2,3}.csv     124 wines, the ones the model learns from
    data/wine/v2/part-{1,2,3,4}.csv   the same, and 54 the model never sees in part 4
    data/digits/image-NNNN.pgm        597 images the model never sees
    data/tumour/part-{1,2,3}.csv      171 tumours the model never sees
    data/{wine,digits,tumour}-labels.csv     the truth, kept out of the input folders
    data/flaky/…/NN-FATE.txt, data/flaky-….yml     small texts whose names say what happens to them
    endpoints/…/                      wine-gnb.json, digits-known.csv, tumour-gnb.json

The second form reads a result file of any wine or digits deployment that writes rows, or the
folder of scores of the tumour pipeline, and prints how many rows it holds and how many are right.
It ends with 1 when rows are missing, repeated or unknown.

How the data is split. Wines come sorted by class, so they are first put into the order of the
SHA-256 of their row number, which is as good as drawn by lot and the same everywhere; the first
70 % (124) are for training. Tumours are split in the same way, 398 for training. Digits stay in
the order of the table: the first 1,200 images are the known ones, the other 597 are the test.

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

TUMOURS = 569
TUMOURS_FOR_TRAINING = 398
TUMOUR_PARTS = 3
TUMOUR_KINDS = {"0": "malignant", "1": "benign"}
CELL_FEATURES = [
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave_points",
    "symmetry",
    "fractal_dimension",
]
# Mean, standard error and worst of the nuclei of one sample, in the order of the table.
TUMOUR_COLUMNS = (
    [f"mean_{feature}" for feature in CELL_FEATURES]
    + [f"{feature}_error" for feature in CELL_FEATURES]
    + [f"worst_{feature}" for feature in CELL_FEATURES]
)

# What each asset of the flaky endpoint holds, in the order of the files: fates, and how many of
# each. endpoints/flaky-batch/tolerant/code/score.py says what the fates do.
FLAKY_ASSETS = {
    "flaky-ok": ("Every file comes out well, one of them at the second try.", "ok*6 slow once"),
    "flaky-some": ("Two files fail, which both deployments allow.", "ok*6 bad short"),
    "flaky-mixed": (
        "Four files fail: too many for strict, not for tolerant.",
        "ok*6 slow once short bad*2 hang",
    ),
    "flaky-bad": ("Every file fails.", "bad*4"),
    "flaky-wreck": ("A file after which init() fails in every new worker.", "ok*2 wreck"),
    "flaky-freeze": ("A file after which init() never returns in any new worker.", "ok*2 freeze"),
    "flaky-slow": ("Thirty files of a second each: time to watch, or to cancel.", "slow*30"),
}

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
        make_tumours(
            read_table(options.source, "breast_cancer.csv").decode("ascii"), options.workspace
        )
        make_flaky(options.workspace)
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
        "--check",
        type=Path,
        metavar="PREDICTIONS",
        help="a result file, or a folder of scores, to compare with the truth",
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
    order = shuffled(WINES)
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

    names = {label: f"class_{label}" for label in "012"}
    model = json.dumps(train_naive_bayes(training, WINE_COLUMNS, names), indent=2) + "\n"
    write(workspace / "endpoints/wine-classifier/gnb/model/wine-gnb.json", model)
    print(f"wine: {len(training)} records for training, {len(unseen)} for test")


def shuffled(count: int) -> list[int]:
    """The numbers below count in the order of their hashes: by lot, and the same everywhere."""
    return sorted(range(count), key=lambda row: hashlib.sha256(str(row).encode()).digest())


def deal(records: list, parts: int) -> list[list]:
    """Cuts a list into parts whose lengths differ by one at most, longer ones first."""
    length, longer = divmod(len(records), parts)
    cut, start = [], 0
    for part in range(parts):
        end = start + length + (1 if part < longer else 0)
        cut.append(records[start:end])
        start = end
    return cut


def train_naive_bayes(records: list[list[str]], columns: list[str], names: dict) -> dict:
    """Share, means and variances (mean squared deviation) of every class."""
    classes = []
    for label in sorted({record[-1] for record in records}):
        rows = [list(map(float, record[:-1])) for record in records if record[-1] == label]
        values = list(zip(*rows))
        means = [sum(column) / len(rows) for column in values]
        variances = [
            sum((value - mean) ** 2 for value in column) / len(rows)
            for column, mean in zip(values, means)
        ]
        classes.append(
            {
                "name": names[label],
                "prior": len(rows) / len(records),
                "means": means,
                "variances": variances,
            }
        )
    return {
        "kind": "Gaussian naive Bayes",
        "training_records": len(records),
        "columns": columns,
        "classes": classes,
    }


# Tumours


def make_tumours(table: str, workspace: Path) -> None:
    """Writes the unseen tumours, their labels, and the model of the pipeline's score step."""
    records = [line.split(",") for line in table.split()[1:]]
    require(
        len(records) == TUMOURS and all(len(r) == len(TUMOUR_COLUMNS) + 1 for r in records),
        f"{TUMOURS} tumours with {len(TUMOUR_COLUMNS)} measurements and a kind",
    )
    order = shuffled(TUMOURS)
    training = [records[row] for row in order[:TUMOURS_FOR_TRAINING]]
    unseen = [records[row] for row in order[TUMOURS_FOR_TRAINING:]]
    labels = ["file,row,kind"]
    for number, part in enumerate(deal(unseen, TUMOUR_PARTS), start=1):
        name = f"part-{number}.csv"
        lines = [",".join(TUMOUR_COLUMNS)] + [",".join(record[:-1]) for record in part]
        write(workspace / "data/tumour" / name, "\n".join(lines) + "\n")
        for row, record in enumerate(part):
            labels.append(f"{name},{row},{TUMOUR_KINDS[record[-1]]}")
    write(workspace / "data/tumour-labels.csv", "\n".join(labels) + "\n")

    model = train_naive_bayes(training, TUMOUR_COLUMNS, TUMOUR_KINDS)
    values = [list(map(float, column)) for column in zip(*(record[:-1] for record in training))]
    means = [sum(column) / len(column) for column in values]
    # What the prepare step needs to put measurements into units of the training data's spread.
    model["scale"] = {
        "means": means,
        "spreads": [
            (sum((value - mean) ** 2 for value in column) / len(column)) ** 0.5
            for column, mean in zip(values, means)
        ],
    }
    path = workspace / "endpoints/tumour-pipeline/score-with-prep/code/tumour-gnb.json"
    write(path, json.dumps(model, indent=2) + "\n")
    print(f"tumours: {len(training)} records for training, {len(unseen)} for test")


# Flaky


def make_flaky(workspace: Path) -> None:
    """Writes the texts of the flaky endpoint, and the YAML of their assets."""
    for asset, (description, recipe) in FLAKY_ASSETS.items():
        kind = asset.partition("-")[2]
        fates = []
        for word in recipe.split():
            fate, _, count = word.partition("*")
            fates += [fate] * int(count or 1)
        for number, fate in enumerate(fates, start=1):
            text = f"This is text {number} of {len(fates)} of {asset}.\nIts fate is {fate}.\n"
            write(workspace / "data/flaky" / kind / f"{number:02}-{fate}.txt", text)
        write(
            workspace / "data" / f"{asset}.yml",
            "$schema: https://azuremlschemas.azureedge.net/latest/data.schema.json\n"
            f'name: {asset}\nversion: "1"\ndescription: "{description}"\n'
            f"type: uri_folder\npath: ./flaky/{kind}/\n",
        )
    print(f"flaky: {len(FLAKY_ASSETS)} assets")


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
    """Prints what a result holds; 0 if every expected row is there exactly once."""
    kind, rows = read_predictions(predictions)
    truth = read_truth(workspace, kind)
    # Version 1 of the wine data lacks part 4: a job over it owes no row for that part.
    files = {key[0] for key, _ in rows}
    if kind == "wine" and "part-4.csv" not in files:
        truth = {key: said for key, said in truth.items() if said[1] == "training"}

    counts = Counter(key for key, _ in rows)
    repeated = sum(count - 1 for count in counts.values())
    missing = len(truth.keys() - counts.keys())
    unknown = len(counts.keys() - truth.keys())
    print(f"{kind}: {len(rows)} rows, {len(truth)} expected")
    print(f"missing {missing}, repeated {repeated}, unknown {unknown}")
    for use in sorted({said[1] for said in truth.values()}):
        print_accuracy(use, rows, truth)
    return 0 if missing == repeated == unknown == 0 else 1


def read_predictions(path: Path) -> tuple[str, list]:
    """What a result is of, and its rows as key and label: (file, row), or (file,) for digits."""
    if path.is_dir():
        return "tumour", read_scores(path)
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
    return "wine" if len(rows[0][0]) == 2 else "digits", rows


def read_scores(folder: Path) -> list:
    """The rows of the tumour pipeline's output scores: CSV files with column names."""
    rows = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            for record in csv.DictReader(file):
                rows.append(((path.name, record.get("row")), record.get("prediction")))
    if not rows:
        raise ValueError(f"Read {folder}: no CSV file there. Give the folder of scores of a job.")
    return rows


def read_truth(workspace: Path, kind: str) -> dict:
    """Label and use (training or test) by key."""
    with (workspace / "data" / f"{kind}-labels.csv").open(newline="", encoding="ascii") as file:
        records = list(csv.DictReader(file))
    if kind == "wine":
        return {(r["file"], r["row"]): (r["class"], r["used_for"]) for r in records}
    if kind == "tumour":
        return {(r["file"], r["row"]): (r["kind"], "test") for r in records}
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
