#!/bin/sh
# params: {}
true
