"""Registers local data with the unmodified azure-ai-ml client and prints where it lies.

    python official_upload.py --connection FILE --ca FILE NAME=TYPE:PATH ...

One line per asset, in order: its name, a space, and its address.
"""

import argparse
import contextlib
import io
import json
from pathlib import Path

from official_setup import connect

parser = argparse.ArgumentParser()
parser.add_argument("--connection", required=True, type=Path)
parser.add_argument("--ca", required=True, type=Path)
parser.add_argument("assets", nargs="+")
options = parser.parse_args()
client = connect(json.loads(options.connection.read_text()), options.ca)

from azure.ai.ml.entities import Data  # noqa: E402

for asset in options.assets:
    name, _, rest = asset.partition("=")
    kind, _, path = rest.partition(":")
    # The client talks of its progress on standard output.
    with contextlib.redirect_stdout(io.StringIO()):
        made = client.data.create_or_update(Data(name=name, type=kind, path=path))
    print(made.name, made.path)
