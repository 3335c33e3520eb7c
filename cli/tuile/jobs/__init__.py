"""What the program does, as functions and generators that yield results; nothing here prints."""
