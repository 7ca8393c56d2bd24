"""The index on a Milvus server (or in a file of Milvus Lite), for what outgrows one machine."""
