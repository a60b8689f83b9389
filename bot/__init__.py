"""The running application: command line, configuration, wiring, intake, pacing, schedule."""
