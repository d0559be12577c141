"""Reads hand-written digits and returns one row per image.

An ordinary Azure Machine Learning batch scoring script. Each worker process imports this file,
calls init() once, and then run() for one mini-batch after another: a list of at most
mini_batch_size file paths (10 in deployment.yml, so 597 images make 60 mini-batches, the last
one of 7). Workers take the next mini-batch when they are free, so the order of the output lines
is not the order of the files.

Output: one line per image, fields separated by spaces, no header:

    file digit distance

where distance is 0 for an image the model knows, and some 10 to 35 for a digit written by
somebody else. The larger it is, the less the answer is worth.

Only the standard library of Python 3.8 or later is needed.
"""

import os
from pathlib import Path

import nearest

known_images = []


def init():
    """Called once in every worker process, before its first mini-batch."""
    global known_images
    known_images = nearest.load_known_images(Path(os.environ["AZUREML_MODEL_DIR"]))
    print(f"{len(known_images)} known images are loaded")


def run(mini_batch):
    """Called once per mini-batch; returns one line per file.

    The runner takes the length of the list as the number of files that went well, so a script
    that leaves out a bad file has it counted as failed. Here a bad file raises instead, and its
    message ends up in the job's log.
    """
    return [output_line(Path(name)) for name in mini_batch]


def output_line(path):
    """One space-separated line; a name that holds a space or a quote is quoted as in CSV."""
    digit, distance = nearest.classify(nearest.read_image(path), known_images)
    file_name = path.name
    if " " in file_name or '"' in file_name:
        file_name = '"' + file_name.replace('"', '""') + '"'
    return f"{file_name} {digit} {distance:.3f}"
