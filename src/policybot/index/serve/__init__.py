"""An open generation, wherever it is kept: what the rest of policybot knows of an index."""
