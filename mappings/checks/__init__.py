"""What each scanner publishes about its checks: id, service, title, severity, versions."""
