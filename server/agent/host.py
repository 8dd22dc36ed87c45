"""A process for scripts that have no target: it does nothing until the runner ends it, or has gone."""
import os
import time

if __name__ == "__main__":
    runner = os.getppid()
    while os.getppid() == runner:
        time.sleep(0.2)
