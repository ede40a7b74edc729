"""What watches over an account: devices, events that are told, holds."""
