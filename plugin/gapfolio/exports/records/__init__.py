"""What is told, whatever the format: records of gaps, exceptions, verdicts, as plain values."""
