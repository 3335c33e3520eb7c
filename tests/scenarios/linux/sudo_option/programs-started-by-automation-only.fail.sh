#!/bin/sh
# params: {"option": "noexec", "value": "yes", "spare": ["deploy"]}
true
