# ASPECT MODE [SPARED...]
# Takes away what homes (private) or the start files in them (start_files_private) grant beyond MODE, with the rights of the
# account whose they are. What it does not own, and what is a link, is left. Prints what it changed.
set -eu
paths home "$@"
