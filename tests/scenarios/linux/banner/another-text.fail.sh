#!/bin/sh
# params: {"path": "/etc/issue.net", "text": "Accès réservé."}
echo "Authorised users only" > /etc/issue.net
