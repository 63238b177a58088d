"""A lake of findings: what its own engine needs to compute the cells, made from a survey of it."""
