"""What changes, told to whoever may know of it, for as long as they listen."""
