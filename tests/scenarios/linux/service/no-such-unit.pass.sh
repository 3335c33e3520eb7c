#!/bin/sh
# params: {"name": "telnet.socket", "enabled": false, "running": false}
