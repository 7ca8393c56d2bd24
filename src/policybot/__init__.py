"""policybot answers questions about public policies with the passages themselves."""
