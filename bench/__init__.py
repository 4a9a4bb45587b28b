"""What the speed claims rest on: `python -m bench` measures the portal against a floor in the same run."""
