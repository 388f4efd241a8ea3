"""What tests of every kind share: one of each helper."""
