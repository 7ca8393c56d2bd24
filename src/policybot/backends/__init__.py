"""An index past one machine: Milvus holds it, Ray works it out."""
