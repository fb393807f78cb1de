"""Turn the agreement between sales and marketing into something a program can decide."""
