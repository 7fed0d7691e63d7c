"""What keeps the office running: sends that failed, texts that are held, keys and data, officers."""
