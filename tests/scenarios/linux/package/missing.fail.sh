#!/bin/sh
# params: {"name": "rsync", "state": "present"}
true
