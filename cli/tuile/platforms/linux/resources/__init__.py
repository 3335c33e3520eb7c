"""The types of resources of a Linux host, found by folder."""
