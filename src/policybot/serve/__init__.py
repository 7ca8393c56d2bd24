"""Reading the corpus over HTTP: a page, an API, and an MCP server, all over one engine."""
