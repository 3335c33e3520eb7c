#!/bin/sh
# params: {"point": "shells"}
# What settings of daily work look like: they start nothing.
printf 'export http_proxy=http://proxy.chu.example:3128\nJAVA_HOME=/opt/java\nexport PATH="$PATH:/opt/java/bin"\n' > /etc/profile.d/site.sh
printf "alias ll='ls -l'\nexport HISTTIMEFORMAT='%%F %%T '\nset -o vi\n" >> /root/.bashrc
