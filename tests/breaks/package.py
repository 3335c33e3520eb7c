"""Breaks a rule about a package: what must be there is purged, what must not be there is an empty
package.
"""

from __future__ import annotations

from shlex import quote
from typing import Any

MADE = """
made=$(mktemp -d)
mkdir "$made/DEBIAN"
cat > "$made/DEBIAN/control" << END
Package: {name}
Version: 9999:0
Architecture: all
Maintainer: lab <lab@localhost>
Description: empty
END
chmod -R go=rX "$made"
dpkg-deb --build "$made" "$made.deb" > /dev/null
dpkg --force-depends --force-conflicts --install "$made.deb" > /dev/null
rm -r "$made" "$made.deb"
"""
"""Installs an empty package of a name."""

PURGED = "SUDO_FORCE_REMOVE=yes dpkg --force-depends --purge {name} > /dev/null\n"
"""Takes one package away, and leaves those that need it: the rule is about this one."""


def script(params: Any) -> str:  # noqa: ANN401 -- the Params of the kind
    """Return a script after which the package is not as the rule says."""
    return (MADE if params.state == "absent" else PURGED).format(name=quote(params.name))
