"""Second step: gives every record the probability that it is of a malignant tumour.

Writes one CSV file for each it reads, of the same name. Its columns are

    row, malignant_probability, prediction                     with --score-mode prediction_only
    the thirty measurements, and then the same three           with --score-mode append

where row counts the records of a file from 0. The measurements are in the units of the step
before.

The model: a record's score for a class is the log of the class's share of the training data, plus
for every column the log of the normal density of the class at the record's value. The scores,
exponentiated and divided by their sum, are the probabilities.

Only the standard library of Python 3.8 or later is needed.
"""

import argparse
import json
import math
from pathlib import Path

import tumours

NAMES = ["row", "malignant_probability", "prediction"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--score-mode", choices=["append", "prediction_only"], required=True)
    parser.add_argument("--threshold", type=float, required=True)
    parser.add_argument("--scores", type=Path, required=True)
    options = parser.parse_args()

    model = tumours.load_model()
    note = json.loads((options.prepared / tumours.NOTE).read_text(encoding="ascii"))
    if note["normalized"]:
        normalize(model)
    is_appending = options.score_mode == "append"
    options.scores.mkdir(parents=True, exist_ok=True)
    for path in tumours.csv_files(options.prepared):
        rows = []
        for row, record in enumerate(tumours.read_records(path, model["columns"])):
            chance = malignant_probability(record, model["classes"])
            prediction = "malignant" if chance >= options.threshold else "benign"
            rows.append((record if is_appending else []) + [row, f"{chance:.6f}", prediction])
        names = (model["columns"] if is_appending else []) + NAMES
        tumours.write_csv(options.scores / path.name, names, rows)
        print(f"{path.name}: {len(rows)} records")


def normalize(model):
    """Puts the model's means and variances into units of the training data's spread."""
    means, spreads = model["scale"]["means"], model["scale"]["spreads"]
    for known in model["classes"]:
        known["means"] = [
            (value - mean) / spread for value, mean, spread in zip(known["means"], means, spreads)
        ]
        known["variances"] = [
            value / spread**2 for value, spread in zip(known["variances"], spreads)
        ]


def malignant_probability(record, classes):
    """A number in 0...1."""
    scores = {known["name"]: log_score(record, known) for known in classes}
    # The larger score becomes exp(0) = 1, so the sum can neither overflow nor be zero.
    highest = max(scores.values())
    weights = {name: math.exp(score - highest) for name, score in scores.items()}
    return weights["malignant"] / sum(weights.values())


def log_score(record, known):
    """Log prior plus the log densities of all columns, for one class."""
    score = math.log(known["prior"])
    for value, mean, variance in zip(record, known["means"], known["variances"]):
        score -= 0.5 * (math.log(2 * math.pi * variance) + (value - mean) ** 2 / variance)
    return score


if __name__ == "__main__":
    main()
