#!/bin/sh
# params: {"accounts": "services"}
true
