"""The register and the hosting of mini-services: manifest, packages, releases, catalogue, policies, upstreams."""
