"""The ministry's official interface between providers' and bureaus' systems (V3.0), as server and as client."""
