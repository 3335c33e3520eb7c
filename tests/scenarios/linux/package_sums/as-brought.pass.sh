#!/bin/sh
# params: {}
# A changed configuration file is another rule's matter.
echo '# a line' >> /etc/crontab
