"""The engine held against queueing theory: exact results, the setting in which they hold, and studies of both."""
