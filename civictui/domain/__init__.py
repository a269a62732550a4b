"""The ground floor: what the program is about, with no library below it."""
