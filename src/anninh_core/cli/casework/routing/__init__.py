"""What routing rules do with tips, on the command line."""
