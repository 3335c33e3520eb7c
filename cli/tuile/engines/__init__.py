"""The engines that put rules right, behind one protocol; each runs in a subprocess."""
