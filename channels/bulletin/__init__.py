"""What speaks to the commune loudspeaker."""
