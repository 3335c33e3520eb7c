#!/bin/sh
# params: {"allowed": ["tcp/22"]}
rm "$(command -v ss)"
