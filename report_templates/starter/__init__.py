"""An engagement folder to start from."""
