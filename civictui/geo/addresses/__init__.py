"""What a place is called: by a geocoder, or by the towns that are known without one."""
