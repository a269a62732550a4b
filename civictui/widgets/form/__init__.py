"""The fields of forms: each with its label, its proposals and what is wrong with it."""
