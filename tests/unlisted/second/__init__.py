"""Wrong answers written from the exercises' texts alone, without a look at what the judges know."""
