"""What officers have half written: kept on the server for some days, sealed with what it is about, seen by one."""
