"""Where a receiver of satellites says that we are, by way of gpsd."""
