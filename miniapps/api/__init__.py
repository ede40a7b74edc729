"""Publishing, the catalogue and the mini-service hosts, over HTTP."""
