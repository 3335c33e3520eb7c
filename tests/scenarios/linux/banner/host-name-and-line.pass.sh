#!/bin/sh
# params: {"path": "/etc/issue"}
printf "Accès réservé — \\\\n \\\\l\n" > /etc/issue
