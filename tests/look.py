"""The app over the fake service, to look at: `python -m tests.look [how many reports]`.

User and password are on its login screen. Nothing is stored and nothing is sent; the form takes
~/photo.jpg for a photo, whether there is one or not.
"""

import sys

from civictui.terminal.capability import detect, prepare_environment


def main() -> None:
    prepare_environment()
    from civictui.app import CivicApp
    from tests.city import at_odds, filled

    found = detect()
    if found.obstacle:
        sys.exit(found.obstacle)
    service = filled(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
    at_odds(service)
    hint = f"user demo, password {service.password}"
    CivicApp(service, server="https://city.example", hint=hint, capability=found).run()


if __name__ == "__main__":
    main()
