"""From findings to the Assessment: SQL over tables, then exact arithmetic."""
