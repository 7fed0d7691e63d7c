"""Cases with changes since an officer last viewed them."""
