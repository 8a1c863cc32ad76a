"""Reading what came from elsewhere: bundles, exported documents, draft files. Nothing in them is trusted."""
