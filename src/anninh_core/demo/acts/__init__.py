"""The actions of the demo, by subject. Each first checks whether it was done already, so that a demo can be resumed."""
