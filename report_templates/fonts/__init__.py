"""Complete font files that travel with the package, licences beside them."""
