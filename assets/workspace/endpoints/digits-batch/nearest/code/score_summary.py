"""Reads hand-written digits and writes one JSON file per mini-batch.

The same classifier as score.py, for a deployment with output_action: summary_only. There the
runner writes no rows; it only counts what run() returns, and the script puts its own files into
the folder named by AZUREML_BI_OUTPUT_PATH. This is the way to any output format: JSON here,
Parquet or images elsewhere.

All workers share that folder, and a mini-batch may be run again after a failure or a lost worker.
So the name of a file is made from the first image of its mini-batch: no two mini-batches write
the same file, and a second try replaces what the first one left.

A summary holds the number of images, how often each digit was seen, the mean distance (see
score.py), and the images one by one.

Only the standard library of Python 3.8 or later is needed.
"""

import json
import os
from collections import Counter
from pathlib import Path

import nearest

known_images = []
output_folder = Path()


def init():
    """Called once in every worker process, before its first mini-batch."""
    global known_images, output_folder
    known_images = nearest.load_known_images(Path(os.environ["AZUREML_MODEL_DIR"]))
    output_folder = Path(os.environ["AZUREML_BI_OUTPUT_PATH"])


def run(mini_batch):
    """Called once per mini-batch; returns its file names, which the runner only counts."""
    images = []
    for path in map(Path, mini_batch):
        digit, distance = nearest.classify(nearest.read_image(path), known_images)
        images.append({"file": path.name, "digit": digit, "distance": round(distance, 3)})
    target = output_folder / f"summary-{Path(mini_batch[0]).stem}.json"
    target.write_text(json.dumps(summary(images), indent=2) + "\n", encoding="utf-8")
    return [image["file"] for image in images]


def summary(images):
    """What is worth knowing about one mini-batch, in words JSON can hold."""
    counts = Counter(image["digit"] for image in images)
    return {
        "images": len(images),
        "digits": {str(digit): counts[digit] for digit in range(10)},
        "mean_distance": round(sum(image["distance"] for image in images) / len(images), 3),
        "predictions": images,
    }
