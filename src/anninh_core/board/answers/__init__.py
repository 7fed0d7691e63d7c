"""What leaves beside a page itself: files, packed pages, and pages for errors."""
