"""Pictures, like videos, from an officer's folder to what is sent."""
