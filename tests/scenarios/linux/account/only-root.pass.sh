#!/bin/sh
# params: {"aspect": "root_alone"}
true
