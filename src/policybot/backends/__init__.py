"""Backends beyond one machine: Milvus holds the index, Ray distributes its building."""
