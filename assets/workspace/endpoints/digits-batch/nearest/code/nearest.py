"""A nearest-neighbour classifier for digits of 8 by 8 pixels.

There is no training: the model is 1,200 images whose digit is known. A new image is compared with
every one of them, and the most similar image gives its digit. Similar means a small Euclidean
distance: the square root of the summed squares of the 64 differences. That is 76,800
multiplications an image, some ten milliseconds of plain Python, which is why a folder of images
makes a batch job that is worth watching.

Both scoring scripts beside this file import it; the folder of the scoring script is on Python's
search path, on Azure as on the local engine.
"""

import math

SIDE = 8
# Pixels of the known images run from 0 (paper) to 16 (ink).
FULL_INK = 16


def load_known_images(folder):
    """Reads the known images as pairs of digit and 64 pixels.

    folder is AZUREML_MODEL_DIR, which lies above the registered model folder, hence the search.
    Each line of the file is one image: 64 pixels row by row, then the digit.
    """
    found = sorted(folder.rglob("digits-known.csv"))
    if not found:
        raise FileNotFoundError(
            f"Looked for digits-known.csv below {folder} and found none. "
            "Check model.path in deployment.yml."
        )
    images = []
    for line in found[0].read_text(encoding="ascii").splitlines():
        *pixels, digit = map(int, line.split(","))
        images.append((digit, pixels))
    return images


def read_image(path):
    """Reads a plain-text PGM image of 8 by 8 pixels, scaled to 0...16.

    The format is words: P2, width, height, the value of white, then the pixels row by row; "#"
    starts a comment. White on black here: the writing is the bright part.
    """
    text = path.read_text(encoding="ascii")
    words = " ".join(line.partition("#")[0] for line in text.splitlines()).split()
    if words[:3] != ["P2", str(SIDE), str(SIDE)] or len(words) != 4 + SIDE * SIDE:
        raise ValueError(
            f"Read {path.name}: not a plain PGM image of {SIDE} by {SIDE} pixels. "
            "Convert it to that form, or leave it out of the input folder."
        )
    white, *pixels = map(int, words[3:])
    if white < 1 or not all(0 <= pixel <= white for pixel in pixels):
        raise ValueError(
            f"Read {path.name}: a pixel lies outside 0...{white}. Check how it was made."
        )
    if white == FULL_INK:
        return pixels
    return [pixel * FULL_INK / white for pixel in pixels]


def classify(pixels, known_images):
    """The digit of the nearest known image, and the distance to it.

    Of two equally near images the earlier one wins, so that runs repeat exactly.
    """
    nearest_digit, smallest = None, math.inf
    for digit, known in known_images:
        squares = squared_distance(pixels, known)
        if squares < smallest:
            nearest_digit, smallest = digit, squares
    return nearest_digit, math.sqrt(smallest)


def squared_distance(pixels, others):
    """The sum over all pixels of the squared difference."""
    total = 0
    for a, b in zip(pixels, others):
        difference = a - b
        total += difference * difference
    return total
