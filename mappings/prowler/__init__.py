"""Generated framework files that Prowler loads: two shapes, two folders."""
