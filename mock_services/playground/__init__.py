"""城市开放平台: a department of and for developers: calls that are slow, fail, stream and count, to try the SDK on."""
