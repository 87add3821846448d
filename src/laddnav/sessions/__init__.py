"""Sessions: from plug to unplug, an append-only story and its fold."""
