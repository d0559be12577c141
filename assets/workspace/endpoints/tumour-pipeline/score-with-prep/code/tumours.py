"""What the four steps share: the model file, and reading and writing of CSV files.

The model is Gaussian naive Bayes over thirty measurements, trained on 398 tumours that are not in
the sample's data. It lies beside the scripts, in the code folder that goes with every step.

Only the standard library of Python 3.8 or later is needed.
"""

import csv
import json
import math
from pathlib import Path

# How prepare tells score in which units it wrote.
NOTE = "prepared.json"


def load_model():
    """Classes with prior, means and variances; the columns; the scale of the training data."""
    path = Path(__file__).resolve().parent / "tumour-gnb.json"
    return json.loads(path.read_text(encoding="ascii"))


def csv_files(folder):
    """The CSV files of a folder, one level, in the order of their names."""
    found = sorted(path for path in Path(folder).iterdir() if path.suffix == ".csv")
    if not found:
        raise SystemExit(
            f"Looked for CSV files in {folder} and found none. Give a folder that holds some."
        )
    return found


def read_records(path, columns):
    """The columns of every record of one file as numbers."""
    records = []
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise SystemExit(
                f"Read the first line of {path.name}: no column {', '.join(missing)}. "
                "Name the columns there, as the sample data does."
            )
        for record in reader:
            place = f"{path.name}, line {reader.line_num}"
            records.append([number(record[name], name, place) for name in columns])
    return records


def number(text, name, place):
    """A finite number, or the end of the step with a word on where it should be."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise SystemExit(f"Read {place}: {name} is {text!r}. Write a finite number there.")
    return value


def write_csv(path, names, rows):
    """One file with a line of column names."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def truth(text):
    """True or false as a command line says it; the case of the word differs between runners."""
    words = {"true": True, "false": False}
    if text.lower() not in words:
        raise ValueError(f"{text} is neither true nor false")
    return words[text.lower()]
