"""Documents from the web: fetched politely and within limits, then imported as files are."""
