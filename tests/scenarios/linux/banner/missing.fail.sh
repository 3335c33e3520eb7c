#!/bin/sh
# params: {"path": "/etc/motd", "text": "CH d’Artois — accès réservé.\\n"}
rm -f /etc/motd
