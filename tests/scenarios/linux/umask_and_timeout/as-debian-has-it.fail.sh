#!/bin/sh
# params: {"aspect": "umask", "value": "077"}
true
