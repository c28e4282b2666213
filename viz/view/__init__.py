"""The planner's view: a page in the browser on which a city runs, policies are tried, and differences are seen."""
