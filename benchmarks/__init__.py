"""What policybot costs, one command each: python -m benchmarks.<name>."""
