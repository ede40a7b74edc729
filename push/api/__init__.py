"""Push over HTTP: routes, endpoints, shapes."""
