"""What-if: schema and loader of scenario files, and the cities they run in."""
