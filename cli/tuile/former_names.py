"""Where the parts of the program lie that kinds of policy repositories of 0.1 and 0.2 import by
their former names.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

MODULES: Mapping[str, str] = {
    "tuile.policy.access_lists": "tuile.platforms.linux.access_lists",
    "tuile.policy.accounts": "tuile.platforms.linux.accounts",
    "tuile.policy.audit_rules": "tuile.platforms.linux.audit_rules",
    "tuile.policy.homes": "tuile.platforms.linux.homes",
    "tuile.policy.interfaces": "tuile.platforms.linux.interfaces",
    "tuile.policy.lines": "tuile.platforms.linux.config_text",
    "tuile.policy.mount_options": "tuile.platforms.linux.mount_options",
    "tuile.policy.pam_answers": "tuile.platforms.linux.pam.answers",
    "tuile.policy.pam_files": "tuile.platforms.linux.pam.files",
    "tuile.policy.pam_host": "tuile.platforms.linux.pam.host",
    "tuile.policy.pam_walk": "tuile.platforms.linux.pam.walk",
    "tuile.policy.perl": "tuile.platforms.linux.perl",
    "tuile.policy.points": "tuile.platforms.linux.persistence.points",
    "tuile.policy.sshd": "tuile.platforms.linux.sshd.server",
    "tuile.policy.sshd_files": "tuile.platforms.linux.sshd.files",
    "tuile.policy.sshd_login": "tuile.platforms.linux.sshd.login",
    "tuile.policy.stacks": "tuile.platforms.linux.pam.profiles",
    "tuile.policy.walk": "tuile.platforms.linux.filesystem_scan",
    "tuile.guard": "tuile.platforms.linux.guard",
}
"""New places by former ones."""
NAMES: Mapping[str, Mapping[str, str]] = {
    "tuile.policy.kind": {
        "Touches": "tuile.platforms.linux.former_touches",
        "output_of": "tuile.platforms.posix_shell.commands",
        "text_found": "tuile.platforms.posix_shell.commands",
        "together": "tuile.platforms.posix_shell.commands",
    }
}
"""By module, the names in it that have gone elsewhere."""


class FormerImports(ast.NodeTransformer):
    """Leads the imports of a module to where what it names lies now."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.AST]:
        """Return the import, split where some of its names have gone elsewhere."""
        module = node.module or ""
        if node.level or module not in {*MODULES, *NAMES}:
            return node
        by_place: dict[str, list[ast.alias]] = {}
        for alias in node.names:
            place = NAMES.get(module, {}).get(alias.name) or MODULES.get(module, module)
            by_place.setdefault(place, []).append(alias)
        parts = [ast.ImportFrom(place, names, 0) for place, names in by_place.items()]
        return [ast.copy_location(part, node) for part in parts]
