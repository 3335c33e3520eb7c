#!/bin/sh
# params: {"what": "drop_ins"}
