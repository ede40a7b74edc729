"""What a department's OpenAPI document says of bodies, compiled: what may come in, what may go out."""
