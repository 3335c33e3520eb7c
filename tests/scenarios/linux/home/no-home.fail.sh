#!/bin/sh
# params: {"aspect": "exist"}
# apply: none, a person decides
useradd --no-create-home roamer
