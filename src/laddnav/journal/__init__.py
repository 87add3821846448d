"""What was said on every link: frames and connection periods, outside the durable commit."""
