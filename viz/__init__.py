"""What people look at: the app, the map, charts and their words."""
