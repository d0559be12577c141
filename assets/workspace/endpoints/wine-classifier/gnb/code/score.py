"""Scores CSV files of wine measurements with Gaussian naive Bayes.

An ordinary Azure Machine Learning batch scoring script. The batch runner starts several worker
processes; each imports this file, calls init() once and then run() again and again, every time
with the next mini-batch: a list of paths of input files, here one path at a time because the
deployment says mini_batch_size: 1. What run() returns is appended to the output file, one line
per element.

Input: CSV files whose first line names the columns. The thirteen columns of the model must be
there, in any order; other columns are ignored.

Output: one line per record, fields separated by spaces, no header:

    file row class probability              as a rule
    file row class p(class_0) p(class_1) …  when WINE_PROBABILITIES is "all"

where row counts the records of a file from 0, and a probability lies in 0...1.

The model: for every class, the share of training wines in it (the prior), and for every column
the mean and variance of those wines. A record's score for a class is

    log prior + sum over columns of the log of the normal density at the record's value

and the scores, exponentiated and divided by their sum, are the probabilities. Logarithms are
added because the product of thirteen small densities would lose its digits.

Only the standard library of Python 3.8 or later is needed.
"""

import argparse
import csv
import json
import logging
import math
import os
from pathlib import Path

log = logging.getLogger("wine")
model = None
shows_all_probabilities = False


def init():
    """Called once in every worker process, before its first mini-batch."""
    global model, shows_all_probabilities
    log.setLevel(logging_level())
    model = load_model(Path(os.environ["AZUREML_MODEL_DIR"]))
    shows_all_probabilities = os.environ.get("WINE_PROBABILITIES") == "all"
    log.info("model with %d classes is loaded", len(model["classes"]))


def run(mini_batch):
    """Called once per mini-batch; returns the lines to append to the output file.

    An exception fails the whole mini-batch. The runner tries it again, and after the last try
    counts its files as failed.
    """
    lines = []
    for name in mini_batch:
        lines.extend(score_file(Path(name)))
    return lines


def logging_level():
    """The deployment's logging level, which the runner passes on the command line.

    The runner adds arguments of its own, so unknown ones are left alone.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--logging_level", default="info", type=str.upper)
    known, _ = parser.parse_known_args()
    return known.logging_level


def load_model(folder):
    """Reads the trained numbers.

    AZUREML_MODEL_DIR is a folder above the registered model folder, hence the search.
    """
    found = sorted(folder.rglob("wine-gnb.json"))
    if not found:
        raise FileNotFoundError(
            f"Looked for wine-gnb.json below {folder} and found none. "
            "Check model.path in deployment.yml."
        )
    return json.loads(found[0].read_text(encoding="utf-8"))


def score_file(path):
    """The output lines of one CSV file, in the order of its records."""
    lines = []
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in model["columns"] if name not in (reader.fieldnames or [])]
        if missing:
            raise ValueError(
                f"Read the first line of {path.name}: no column {', '.join(missing)}. "
                "Name the columns there, as the sample data does."
            )
        for row, record in enumerate(reader):
            values = measurements(record, f"{path.name}, line {reader.line_num}")
            lines.append(output_line(path.name, row, probabilities(values)))
    log.info("%s: %d records", path.name, len(lines))
    return lines


def measurements(record, place):
    """The model's columns of one record as numbers; place is where it stands, for messages."""
    values = []
    for name in model["columns"]:
        try:
            value = float(record[name])
        except (TypeError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(
                f"Read {place}: {name} is {record[name]!r}. Write a finite number there."
            )
        values.append(value)
    return values


def probabilities(values):
    """One probability per class, in the model's order; they add up to 1."""
    scores = [log_score(values, known) for known in model["classes"]]
    # The largest score becomes exp(0) = 1, so the sum can neither overflow nor be zero.
    highest = max(scores)
    weights = [math.exp(score - highest) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]


def log_score(values, known):
    """Log prior plus the log densities of all columns, for one class."""
    score = math.log(known["prior"])
    for value, mean, variance in zip(values, known["means"], known["variances"]):
        score -= 0.5 * (math.log(2 * math.pi * variance) + (value - mean) ** 2 / variance)
    return score


def output_line(file_name, row, chances):
    """One space-separated line; a name that holds a space or a quote is quoted as in CSV."""
    if " " in file_name or '"' in file_name:
        file_name = '"' + file_name.replace('"', '""') + '"'
    best = max(range(len(chances)), key=chances.__getitem__)
    shown = chances if shows_all_probabilities else [chances[best]]
    numbers = " ".join(f"{chance:.6f}" for chance in shown)
    return f"{file_name} {row} {model['classes'][best]['name']} {numbers}"
