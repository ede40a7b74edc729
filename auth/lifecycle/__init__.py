"""An account over the years: another phone, another name, merged, exported, deleted."""
