"""What campaign staff can do in a chat."""
