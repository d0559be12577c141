"""Says hello, and where it runs. Only the standard library of Python 3.8 or later is needed."""

import platform

print(f"Hello from Python {platform.python_version()} on {platform.system()}.")
