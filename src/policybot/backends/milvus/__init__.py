"""An index on a Milvus server (or in a Milvus Lite file), for corpora too large for one machine."""
