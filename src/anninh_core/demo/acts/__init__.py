"""What happens in the demo, by subject. Every act looks first at what is done already, so that it can go on."""
