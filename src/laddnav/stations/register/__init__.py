"""What operators say about their stations and sites: add, change, list, import."""
