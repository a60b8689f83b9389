"""Pictures of numbers, drawn from plain figures and ready words."""
